import { SHARED_SERVERS, type SharedServers } from './global-setup.js';

export default async function globalTeardown(): Promise<void> {
  const shared: SharedServers | undefined = Reflect.get(globalThis, SHARED_SERVERS);
  if (shared === undefined) return;
  await Promise.all([shared.mariadb?.stop(), shared.redis?.stop()]);
  // Watch mode runs the setup again in this process; it must not take over the addresses of ended servers.
  if (shared.mariadb !== null) delete process.env.COUNTERSIGN_TEST_MARIADB_PORT;
  if (shared.redis !== null) delete process.env.COUNTERSIGN_TEST_REDIS_URL;
  Reflect.deleteProperty(globalThis, SHARED_SERVERS);
}
