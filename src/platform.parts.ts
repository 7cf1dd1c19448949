import type { DynamicModule } from '@nestjs/common';
import { ENTITIES } from './entities.js';
import { type Config, ConfigModule } from './platform/config/index.js';
import { type CryptoParts, CryptoModule } from './platform/crypto/index.js';
import { DatabaseModule } from './platform/database/index.js';
import { LoggingModule, type PinoLoggerService } from './platform/logging/index.js';
import { MetricsModule } from './platform/metrics/index.js';
import { QueueModule } from './platform/queue/index.js';

/** What a process is started with. */
export interface Parts extends CryptoParts {
  config: Config;
  logger: PinoLoggerService;
}

/** The adapters to the outside, the same in every process. */
export const platformModules = ({ config, logger, ...crypto }: Parts, migrate: boolean): DynamicModule[] => [
  ConfigModule.forRoot(config),
  LoggingModule.forRoot(logger),
  CryptoModule.forRoot(crypto),
  DatabaseModule.forRoot({ config, entities: ENTITIES, migrate }),
  QueueModule.forRoot({ redisUrl: config.redisUrl }),
  MetricsModule as unknown as DynamicModule,
];
