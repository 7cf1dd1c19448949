import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntityTarget, type MixedList, type ObjectLiteral } from 'typeorm';
import type { Config } from '../config/index.js';
import { activeTracing } from '../tracing/index.js';
import { dataSourceOptions, driverOf, prepareDirectory, sqliteDirectory } from './data-source.js';
import { Replica, REPLICA_SOURCE, type ReplicaSource } from './replica.js';
import { TracedUnitOfWork } from './traced-unit-of-work.js';
import { UnitOfWork } from './unit-of-work.js';

export interface DatabaseModuleOptions {
  config: Config;
  entities: MixedList<EntityTarget<ObjectLiteral> & { readonly name: string }> | never[];
  /** Embedded mode migrates at start; production migrates by command. */
  migrate: boolean;
}

async function connect({ config, entities, migrate }: DatabaseModuleOptions): Promise<DataSource> {
  const directory = sqliteDirectory(config.databaseUrl);
  if (directory !== null) prepareDirectory(directory);
  const options = { ...dataSourceOptions(config, entities), migrationsRun: migrate };
  return new DataSource(Object.assign(options, { driver: await driverOf(config) })).initialize();
}

const REPLICA_CONNECT_MS = 1_000;

/** Not connected yet, and never migrated: it follows the primary by itself. */
function replicaSource({ config, entities }: DatabaseModuleOptions): ReplicaSource {
  const { replicaUrl: databaseUrl } = config;
  if (databaseUrl === null) return null;
  const options = {
    ...dataSourceOptions({ databaseUrl }, entities),
    migrations: [],
    connectTimeout: REPLICA_CONNECT_MS,
  };
  return async () => new DataSource(Object.assign(options, { driver: await driverOf({ databaseUrl }) }));
}

@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: DataSource, useFactory: () => connect(options) },
        { provide: REPLICA_SOURCE, useValue: replicaSource(options) },
        Replica,
        { provide: UnitOfWork, useClass: activeTracing() === null ? UnitOfWork : TracedUnitOfWork },
      ],
      exports: [DataSource, UnitOfWork],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
