import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DataSourceOptions, EntityTarget, MixedList, ObjectLiteral } from 'typeorm';
import type { Config } from '../config/index.js';
import { MIGRATIONS } from './migrations/index.js';

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Options by URL: `sqlite:/path`, `mysql://…`, `mariadb://…`. Parameters of the query string: `poolSize`, `tls=true`
 * (certificates checked), `engine=mysql|mariadb`.
 */
export function dataSourceOptions(
  config: Pick<Config, 'databaseUrl'>,
  entities: MixedList<EntityTarget<ObjectLiteral> & { readonly name: string }> | never[] = [],
): DataSourceOptions {
  const common = {
    entities: entities as never[],
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each' as const,
    synchronize: false,
    logging: false,
  };
  if (config.databaseUrl.startsWith('sqlite:')) {
    const database = config.databaseUrl.slice('sqlite:'.length);
    return {
      ...common,
      type: 'better-sqlite3',
      database,
      enableWAL: database !== ':memory:',
      prepareDatabase: (raw: { pragma(text: string): unknown }) => {
        raw.pragma('busy_timeout = 5000');
        raw.pragma('synchronous = FULL');
        raw.pragma('secure_delete = ON');
      },
    };
  }
  const url = new URL(config.databaseUrl);
  const poolSize = Number(url.searchParams.get('poolSize') ?? POOL_SIZE);
  return {
    ...common,
    type: url.protocol === 'mariadb:' || url.searchParams.get('engine') === 'mariadb' ? 'mariadb' : 'mysql',
    host: url.hostname,
    port: url.port === '' ? 3306 : Number(url.port),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    charset: 'utf8mb4',
    timezone: 'Z',
    connectTimeout: CONNECT_TIMEOUT_MS,
    poolSize,
    supportBigNumbers: true,
    bigNumberStrings: false,
    ...(url.searchParams.get('tls') === 'true' ? { ssl: { rejectUnauthorized: true } } : {}),
    extra: { enableKeepAlive: true, maxIdle: poolSize, idleTimeout: 60_000, queueLimit: 1_000 },
  };
}

/**
 * Makes the folder of a SQLite file, readable by its owner alone.
 * @throws Error that names the folder and what to do
 */
export function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
  } catch (error) {
    const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
    throw new Error(`The data directory ${directory} cannot be written (${reason}): set DATA_DIR to one that can.`, {
      cause: error,
    });
  }
}

export const sqliteDirectory = (databaseUrl: string): string | null =>
  databaseUrl.startsWith('sqlite:') && !databaseUrl.endsWith(':memory:')
    ? dirname(databaseUrl.slice('sqlite:'.length))
    : null;
