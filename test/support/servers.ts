import { randomBytes } from 'node:crypto';
import { reportMissing } from './binaries.js';
import { createDatabase, dropDatabase, mariadbUrl } from './mariadb.js';

export interface FreshDatabase {
  url: string;
  drop(): Promise<void>;
}

/**
 * An empty utf8mb4 database on the MariaDB of this test run, under a name nobody else has.
 * Null where there is no MariaDB; under `CI=true` that is an error.
 */
export async function freshDatabase(): Promise<FreshDatabase | null> {
  const port = Number(process.env.COUNTERSIGN_TEST_MARIADB_PORT ?? '');
  if (!Number.isInteger(port) || port <= 0)
    return reportMissing('The MariaDB of this test run', 'this suite on MariaDB');
  const name = `countersign_${process.pid}_${randomBytes(6).toString('hex')}`;
  await createDatabase(port, name);
  return { url: mariadbUrl(port, name), drop: () => dropDatabase(port, name) };
}

/**
 * Address of the Redis of this test run, or null where there is none (an error under `CI=true`).
 * All test files share it, so each uses a key prefix of its own and never flushes it.
 */
export function sharedRedisUrl(): string | null {
  return process.env.COUNTERSIGN_TEST_REDIS_URL ?? reportMissing('The Redis of this test run', 'this suite on Redis');
}
