import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { MixedList, EntityTarget, ObjectLiteral } from 'typeorm';
import type { Config } from '../config/index.js';
import { dataSourceOptions, prepareDirectory, sqliteDirectory } from './data-source.js';
import { UnitOfWork } from './unit-of-work.js';

export interface DatabaseModuleOptions {
  config: Config;
  entities: MixedList<EntityTarget<ObjectLiteral> & { readonly name: string }> | never[];
  /** Embedded mode migrates at start; production migrates by command. */
  migrate: boolean;
}

@Global()
@Module({})
export class DatabaseModule {
  static forRoot({ config, entities, migrate }: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => {
            const directory = sqliteDirectory(config.databaseUrl);
            if (directory !== null) prepareDirectory(directory);
            return {
              ...dataSourceOptions(config, entities),
              migrationsRun: migrate,
              retryAttempts: 1,
              retryDelay: 0,
            };
          },
        }),
      ],
      providers: [UnitOfWork],
      exports: [UnitOfWork],
    };
  }
}
