import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../../src/entities.js';
import { dataSourceOptions } from '../../src/platform/database/index.js';
import { ConfigError } from '../../src/platform/config/index.js';
import { AuditExporter } from '../../src/audit/index.js';
import type { Client } from '../support/client.js';
import { type MariadbServer, startMariadb } from '../support/mariadb.js';
import * as op from '../support/operations.js';
import { GroupEntity } from '../../src/roles/group.entity.js';
import { createGroup, createRole, createUser, login, PASSWORD } from '../support/people.js';
import { serviceDesk, switchOn } from '../support/scenes.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const DATABASE = 'copy';
const FROM_REPLICA = 'From the replica';
const WHOEVER = { change: { methods: ['TOTP'] } };
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5_200));

/** A copy with other words in it, so that what is read shows where it was read. */
async function copyOf(world: World, url: string): Promise<DataSource> {
  const copy = await new DataSource(dataSourceOptions({ databaseUrl: url }, ENTITIES)).initialize();
  await copy.runMigrations();
  for (const entity of ENTITIES) {
    const rows = await world.dataSource.getRepository(entity).find();
    for (const row of rows) await copy.getRepository(entity).insert(row);
  }
  return copy;
}

const onMariadb = describe.each(ENGINES.filter((engine) => engine === 'mariadb'));

describe('a replica of SQLite', () => {
  it('is refused at the start, in plain words', async () => {
    const started = startWorld('sqlite', { env: { DATABASE_REPLICA_URL: 'mysql://u:hunter2@127.0.0.1/x' } });
    await expect(started).rejects.toThrow(ConfigError);
    await expect(started).rejects.toThrow(/SQLite, which has no replicas/);
  });
});

onMariadb('a read-only replica of %s', () => {
  let server: MariadbServer;
  let copy: DataSource;
  let world: World;
  let desk: Client;
  let person: { id: string; email: string };

  let fallbacks = 0;
  let lookedAt = 0;

  const counted = async (source: string): Promise<number> => {
    const { body } = await world.fastify.inject({ url: '/metrics' });
    return Number(new RegExp(`^replica_reads_total\\{source="${source}"\\} (\\d+)$`, 'm').exec(body)?.[1]);
  };
  const namesOf = async (query = op.ROLES): Promise<string[]> =>
    ((await desk.ask(query)) as { name: string }[]).map(({ name }) => name);

  beforeAll(async () => {
    const started = await startMariadb();
    if (started === null) throw new Error('There is no MariaDB.');
    server = started;
    await server.createDatabase(DATABASE);
    world = await startWorld('mariadb', { env: { DATABASE_REPLICA_URL: server.url(DATABASE) } });
    desk = await serviceDesk(world);
    await switchOn(desk);
    person = await createUser(desk, { sendActivationEmail: true });
    await createRole(desk, { name: 'On the primary' });
    await createGroup(desk, [], 'On the primary');
    copy = await copyOf(world, server.url(DATABASE));
    await copy.query('UPDATE roles SET name = ? WHERE name = ?', [FROM_REPLICA, 'On the primary']);
    const { tableName } = copy.getMetadata(GroupEntity);
    await copy.query(`UPDATE ${tableName} SET name = ?`, [FROM_REPLICA]);
    await copy.query('UPDATE users SET displayName = ?, passwordHash = NULL, active = 0 WHERE id = ?', [
      FROM_REPLICA,
      person.id,
    ]);
    await copy.query('UPDATE messages SET lastError = ?', [FROM_REPLICA]);
    await copy.query('UPDATE audit_events SET actorEmail = ?', [FROM_REPLICA]);
    // While the copy was empty it could not be read, and is left in peace for a while.
    await rest();
    fallbacks = await counted('fallback');
  }, 60_000);
  afterAll(async () => {
    await copy.destroy().catch(() => undefined);
    await world.stop();
    await server.stop();
  });

  const PAGES: [string, (client: Client) => Promise<unknown>][] = [
    ['users', (client) => client.ask('{ users { nodes { id displayName } } }')],
    ['roles', (client) => client.ask(op.ROLES)],
    ['groups', (client) => client.ask(op.GROUPS)],
    ['messages', (client) => client.ask(op.MESSAGES, { first: 50 })],
    ['auditEvents', (client) => client.ask('{ auditEvents { nodes { id actorEmail } } }')],
  ];

  it.each(PAGES)('answers %s', async (_name, ask) => {
    const before = await counted('replica');
    expect(JSON.stringify(await ask(desk))).toContain(FROM_REPLICA);
    expect(await counted('replica')).toBe(before + 1);
    expect(await counted('fallback')).toBe(fallbacks);
  });

  it('answers previewTwoFactor, and the export of the audit', async () => {
    lookedAt = (await desk.ask(op.PREVIEW, WHOEVER)).usersLookedAt;
    expect(lookedAt).toBeGreaterThan(0);
    const exporter = world.app.get(AuditExporter, { strict: false });
    const [{ id }] = await world.dataSource.query<[{ id: string }]>('SELECT id FROM organizations');
    let text = '';
    for await (const line of exporter.ndjson(id)) text += line;
    expect(text).toContain(FROM_REPLICA);
  });

  it('decides nothing: signing in, one user, settings and changes are the primary’s', async () => {
    const before = await counted('replica');
    const client = world.client();
    const result = await login(client, person.email, PASSWORD);
    expect(result.__typename).toBe('SignedIn');
    client.token = result.accessToken;
    expect((await client.ask(op.ME)).displayName).not.toBe(FROM_REPLICA);
    expect((await desk.ask(op.USER, { id: person.id })).displayName).not.toBe(FROM_REPLICA);
    // A name that only the copy knows is free.
    expect((await desk.ask(op.CREATE_ROLE, { input: { name: FROM_REPLICA } })).__typename).toBe('Role');
    const taken = await desk.ask(op.CREATE_ROLE, { input: { name: 'On the primary' } });
    expect(taken.code).toBe('NAME_TAKEN');
    expect(await counted('replica')).toBe(before);
  });

  it('is done without at once when it is gone, and is taken up again when it is back', async () => {
    await copy.destroy();
    await server.kill();
    const began = performance.now();
    expect(await namesOf()).toContain('On the primary');
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(await counted('fallback')).toBe(fallbacks + 1);
    const next = performance.now();
    for (const [, ask] of PAGES) expect(JSON.stringify(await ask(desk))).not.toContain(`"${FROM_REPLICA}"}`);
    expect(performance.now() - next).toBeLessThan(1_500);
    expect(await counted('fallback')).toBe(fallbacks + 1 + PAGES.length);
    // The person is active on the primary, and not in the copy.
    expect((await desk.ask(op.PREVIEW, WHOEVER)).usersLookedAt).toBe(lookedAt + 1);
    expect((await world.fastify.inject({ url: '/health/ready' })).statusCode).toBe(200);

    await server.restart();
    await rest();
    const replica = await counted('replica');
    await namesOf();
    expect(await counted('replica')).toBe(replica + 1);
  }, 60_000);
});

onMariadb('a replica of %s that is no use', () => {
  const readsThePrimary = async (url: string, withinMs: number): Promise<void> => {
    const world = await startWorld('mariadb', { env: { DATABASE_REPLICA_URL: url } });
    try {
      const desk = await serviceDesk(world);
      const began = performance.now();
      const roles = (await desk.ask(op.ROLES)) as { name: string }[];
      expect(roles.map(({ name }) => name)).toContain('All');
      expect(performance.now() - began).toBeLessThan(withinMs);
      const { body } = await world.fastify.inject({ url: '/metrics' });
      expect(body).toContain('replica_reads_total{source="replica"} 0');
      expect(body).not.toContain('replica_reads_total{source="fallback"} 0');
    } finally {
      await world.stop();
    }
  };

  it('since nobody listens, from the start', () => readsThePrimary('mysql://root@127.0.0.1:9/copy', 1_500));

  it('since the password is wrong', async () => {
    const port = process.env.COUNTERSIGN_TEST_MARIADB_PORT ?? '';
    await readsThePrimary(`mysql://nobody:wrong@127.0.0.1:${port}/copy`, 1_500);
  });

  it('since its tables have not come yet', async () => {
    const port = process.env.COUNTERSIGN_TEST_MARIADB_PORT ?? '';
    await readsThePrimary(`mysql://root@127.0.0.1:${port}/information_schema`, 1_500);
  });

  it('since it takes the connection and says nothing', async () => {
    const sockets: Socket[] = [];
    const mute: Server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await readsThePrimary(`mysql://root@127.0.0.1:${String(port)}/copy`, 2_500);
    for (const socket of sockets) socket.destroy();
    mute.close();
  });
});
