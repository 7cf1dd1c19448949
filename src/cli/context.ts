import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { type Config, loadProcessConfig } from '../platform/config/index.js';
import { resolveKeyRing } from '../platform/crypto/index.js';
import { PinoLoggerService } from '../platform/logging/index.js';
import { CliModule } from './cli.module.js';
import { CommandFailure } from './command.js';

/** Gives a provider of any module. */
export type Get = <T>(provider: { prototype: T }) => T;

/** The environment of the service that runs here: embedded on SQLite, production on MySQL or MariaDB. */
export function commandConfig(): Config {
  const embedded = loadProcessConfig('embedded');
  return embedded.databaseUrl.startsWith('sqlite:') ? embedded : loadProcessConfig('production');
}

/** Runs with the features at hand, and closes what was opened. Logs go to stderr: stdout is the command's. */
export async function withFeatures<T>(work: (get: Get, config: Config) => Promise<T>): Promise<T> {
  const config = commandConfig();
  const logger = new PinoLoggerService(
    { mode: 'production', logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel },
    { write: (line) => void process.stderr.write(line) },
  );
  const parts = { config, keyRing: resolveKeyRing(config), logger };
  const app = await NestFactory.createApplicationContext(CliModule.forRoot(parts), { logger, abortOnError: false });
  try {
    if (await app.get(DataSource, { strict: false }).showMigrations()) {
      throw new CommandFailure('The database is not up to date. Run countersign migrate first.');
    }
    return await work((provider) => app.get(provider as never, { strict: false }), config);
  } finally {
    await app.close();
  }
}
