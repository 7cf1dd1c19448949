import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createPool, type Pool } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../src/entities.js';
import { Argon2Hasher, KeyRing, Random, Sealer } from '../src/platform/crypto/index.js';
import { dataSourceOptions } from '../src/platform/database/index.js';
import { factorSecret } from '../src/otp/places.js';
import { defaultSettings } from '../src/settings/default-settings.js';
import { buildProcesses } from '../test/support/build.js';
import { startMariadb } from '../test/support/mariadb.js';
import { startRedis } from '../test/support/redis.js';
import { base32 } from '../src/otp/base32.js';
import { type Server, server } from './processes.js';

export const PASSWORD = 'seven quiet herons wade upstream';
export const DATABASE = 'countersign';

export interface Person {
  id: string;
  email: string;
  secret: string;
}

export interface World {
  sql: Pool;
  databasePid: number;
  databasePort: number;
  redisPid: number;
  organizationId: string;
  keyRing: KeyRing;
  env: Record<string, string>;
  /** People with an authenticator app; the first one is an administrator. */
  people: Person[];
  /** @param node arguments for Node itself, such as `--cpu-prof` */
  api(env?: Record<string, string>, node?: string[]): Promise<Server>;
  worker(env?: Record<string, string>, node?: string[]): Promise<Server>;
  stop(): Promise<void>;
}

export async function startWorld(count: number, smtpUrl: string): Promise<World> {
  const [mariadb, redis, built] = await Promise.all([startMariadb({ durable: true }), startRedis(), buildProcesses()]);
  if (mariadb === null || redis === null) throw new Error('The bench needs MariaDB and Redis on this machine.');
  await mariadb.createDatabase(DATABASE);
  const databaseUrl = mariadb.url(DATABASE).replace('mysql:', 'mariadb:');
  const sql = createPool({ uri: mariadb.url(DATABASE), timezone: 'Z', connectionLimit: 4 });
  // What a server of this size would be given; the tests' own is small.
  await sql.query('SET GLOBAL innodb_buffer_pool_size = 2147483648');
  await sql.query('SET GLOBAL innodb_log_file_size = 1073741824');
  // By default it takes a disk for one that turns.
  await sql.query('SET GLOBAL innodb_io_capacity_max = 20000, GLOBAL innodb_io_capacity = 10000');
  const dataSource = new DataSource(dataSourceOptions({ databaseUrl }, ENTITIES));
  await dataSource.initialize();
  await dataSource.runMigrations();
  await dataSource.destroy();
  const secretKeys = KeyRing.generate();
  const keyRing = KeyRing.parse(secretKeys);
  const { organizationId, people } = await seed(sql, keyRing, count);
  const env = {
    ...{ DATABASE_URL: databaseUrl, REDIS_URL: redis.url, SMTP_URL: smtpUrl, SECRET_KEYS: secretKeys },
    ...{ PUBLIC_URL: 'http://localhost:3000', LOG_LEVEL: 'warn', TRUST_PROXY: '1' },
  };
  return {
    ...{ sql, organizationId, keyRing, env, people },
    databasePid: mariadb.pid ?? 0,
    databasePort: mariadb.port,
    redisPid: redis.pid ?? 0,
    api: (more = {}, node = []) => server([...node, join(built.dir, 'main.js')], { ...env, ...more }, '/health/ready'),
    worker: (more = {}, node = []) =>
      server([...node, join(built.dir, 'worker.js')], { ...env, ...more }, '/health/ready'),
    async stop() {
      await sql.end();
      await Promise.all([mariadb.stop(), redis.stop()]);
      built.remove();
    },
  };
}

async function seed(sql: Pool, keyRing: KeyRing, count: number): Promise<{ organizationId: string; people: Person[] }> {
  const random = new Random();
  const sealer = new Sealer(keyRing, random);
  const now = new Date();
  const passwordHash = await new Argon2Hasher().hash(PASSWORD);
  const organizationId = random.id(now);
  const settings = {
    ...defaultSettings(organizationId, { issuer: 'Bench', fromAddress: 'service@example.com' }, now),
    ...{ enabled: true, firstEnabledAt: now },
  };
  await insert(sql, 'organizations', [{ id: organizationId, name: 'Bench', version: 1, createdAt: now }]);
  await insert(sql, 'settings', [
    Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [key, Array.isArray(value) ? JSON.stringify(value) : value]),
    ),
  ]);
  const role = {
    organizationId,
    visibility: 'ALL',
    requireTwoFactor: true,
    firstRequiredAt: now,
    graceDays: 0,
    createdAt: now,
  };
  const administrator = random.id(now);
  await insert(sql, 'roles', [
    { ...role, id: random.id(now), name: 'All', nameKey: 'all', builtIn: 'ALL', permissions: '[]' },
    {
      ...role,
      id: administrator,
      name: 'Administrator',
      nameKey: 'administrator',
      builtIn: 'ADMINISTRATOR',
      permissions: PERMISSIONS,
    },
  ]);
  const people: Person[] = [];
  for (let start = 0; start < count; start += 1_000) {
    const users: object[] = [];
    const factors: object[] = [];
    for (let index = start; index < Math.min(count, start + 1_000); index += 1) {
      const id = random.id(now);
      const email = `person${String(index).padStart(6, '0')}@example.com`;
      const secret = randomBytes(20);
      const factorId = random.id(now);
      users.push({
        ...{ id, organizationId, email, emailConfirmedAt: now, displayName: `Person ${String(index)}`, kind: 'MEMBER' },
        ...{ active: true, locale: 'en', passwordHash, useTwoFactor: false, canToggleTwoFactor: false, factorTries: 0 },
        ...{ trustEpoch: 0, createdAt: now, requirementReachedAt: now },
      });
      factors.push({
        ...{ id: factorId, organizationId, userId: id, method: 'TOTP', algorithm: 'sha1', digits: 6, period: 30 },
        ...{ lastStep: -1, confirmedAt: now, secretSealed: sealer.seal(secret, factorSecret(factorId)) },
      });
      people.push({ id, email, secret: base32(secret) });
    }
    await insert(sql, 'users', users);
    await insert(sql, 'factors', factors);
  }
  await insert(sql, 'role_members', [{ userId: people[0]?.id, roleId: administrator, organizationId, since: now }]);
  return { organizationId, people };
}

const PERMISSIONS = JSON.stringify([
  ...['USERS_READ', 'USERS_WRITE', 'ROLES_WRITE', 'SETTINGS_READ', 'SETTINGS_WRITE', 'AUDIT_READ'],
]);

export async function insert(sql: Pool, table: string, rows: object[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  for (let start = 0; start < rows.length; start += 1_000) {
    const values = rows.slice(start, start + 1_000).map((row) => Object.values(row) as unknown[]);
    await sql.query(`INSERT INTO \`${table}\` (${columns.map((name) => `\`${name}\``).join(', ')}) VALUES ?`, [values]);
  }
}
