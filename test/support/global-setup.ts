import { startMariadb, type MariadbServer } from './mariadb.js';
import { startRedis, type RedisServer } from './redis.js';

/** What the teardown has to end. It lives on `globalThis` because Jest loads setup and teardown as separate modules. */
export interface SharedServers {
  mariadb: MariadbServer | null;
  redis: RedisServer | null;
}

export const SHARED_SERVERS = Symbol.for('countersign.test.sharedServers');

/**
 * One MariaDB and one Redis for the whole run; the test files learn their addresses from the environment.
 * An address set beforehand is taken as it is, and nothing is started for it.
 */
export default async function globalSetup(): Promise<void> {
  const [mariadb, redis] = await Promise.all([
    process.env.COUNTERSIGN_TEST_MARIADB_PORT === undefined ? startMariadb() : null,
    process.env.COUNTERSIGN_TEST_REDIS_URL === undefined ? startRedis() : null,
  ]);
  if (mariadb !== null) process.env.COUNTERSIGN_TEST_MARIADB_PORT = String(mariadb.port);
  if (redis !== null) process.env.COUNTERSIGN_TEST_REDIS_URL = redis.url;
  const shared: SharedServers = { mariadb, redis };
  Reflect.set(globalThis, SHARED_SERVERS, shared);
}
