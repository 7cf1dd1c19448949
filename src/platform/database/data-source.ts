import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DataSourceOptions, EntityTarget, MixedList, ObjectLiteral } from 'typeorm';
import type { Config } from '../config/index.js';
import { MIGRATIONS } from './migrations/index.js';

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Options by URL: `sqlite:/path`, `mysql://…`, `mariadb://…`. Parameters of the query string: `poolSize`, `tls=true`
 * (certificates checked, and the host's name in them), `tlsCa=/path/to/authorities.pem`, `engine=mysql|mariadb`.
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
    ...tlsOptions(url),
    extra: { enableKeepAlive: true, maxIdle: poolSize, idleTimeout: 60_000, queueLimit: 1_000 },
  };
}

/**
 * The name as well: without it, whoever holds any certificate of these authorities could stand in for the database.
 * @throws Error where the file of authorities cannot be read
 */
function tlsOptions({ searchParams }: URL): { ssl?: object } {
  if (searchParams.get('tls') !== 'true') return {};
  const path = searchParams.get('tlsCa');
  return {
    ssl: {
      rejectUnauthorized: true,
      verifyIdentity: true,
      minVersion: 'TLSv1.2',
      ...(path === null ? {} : { ca: authorities(path) }),
    },
  };
}

function authorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`The authorities for the database, tlsCa=${path}, cannot be read.`, { cause: error });
  }
}

/** The engine's driver. TypeORM would look it up by name while it runs, past the bundle, and wait for it to load. */
export async function driverOf({ databaseUrl }: Pick<Config, 'databaseUrl'>): Promise<unknown> {
  return (await (databaseUrl.startsWith('sqlite:') ? import('better-sqlite3') : import('mysql2'))).default;
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
