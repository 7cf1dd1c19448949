import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { Argon2Hasher, KeyRing, signingKeys } from '../../src/platform/crypto/index.js';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { administrator, createUser, enrollApp, login, outcomeOf } from '../support/people.js';
import { serviceDesk, switchOn, withToken } from '../support/scenes.js';
import { base32Decode } from '../support/totp.js';
import { ADMIN, ENGINES, startWorld, type World } from '../support/world.js';

/** Lines of the table in docs/promises.md that no other file shows. */
describe('an access token', () => {
  const ring = KeyRing.parse(KeyRing.generate());
  let world: World;
  let token: string;

  beforeAll(async () => {
    world = await startWorld('sqlite', { keyRing: ring });
    token = (await login(world.client(), ADMIN.email, ADMIN.password)).accessToken;
  });
  afterAll(() => world.stop());

  const [key] = signingKeys(ring);
  const signed = (
    {
      typ = 'at+jwt',
      alg = 'EdDSA',
      aud = 'countersign',
      iss = 'http://localhost:3000',
      ...claims
    }: Record<string, any>,
    by: Parameters<SignJWT['sign']>[0],
  ) =>
    new SignJWT({ ...decodeJwt(token), aud, iss, ...claims })
      .setProtectedHeader({ ...decodeProtectedHeader(token), alg, typ })
      .sign(by);

  it('is signed EdDSA, typed, for an audience, ten minutes long, and holds no secret', () => {
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', kid: key?.kid, typ: 'at+jwt' });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ aud: 'countersign', iss: 'http://localhost:3000' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
    expect(Object.keys(claims).sort()).toEqual(['amr', 'aud', 'exp', 'iat', 'iss', 'org', 'sid', 'sub']);
  });

  it('as made here is taken, so that the ones below fail for their fault alone', async () => {
    if (key === undefined) throw new Error('There is no key.');
    expect(await withToken(world, await signed({}, key.privateKey)).ask(op.ME)).toMatchObject({ email: ADMIN.email });
  });

  it.each([
    ['of another type', { typ: 'JWT' }],
    ['of no type', { typ: null }],
    ['for another audience', { aud: 'another' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['of another session', { sid: '00000000-0000-7000-8000-000000000000' }],
    ['of another user', { sub: '00000000-0000-7000-8000-000000000000' }],
    ['without a session', { sid: undefined }],
    ['that has expired', { exp: 1 }],
    ['without an end', { exp: undefined }],
  ])('%s is none', async (_name, change) => {
    if (key === undefined) throw new Error('There is no key.');
    const forged = await signed(change, key.privateKey);
    expect(await withToken(world, forged).errorOf(op.ME)).toBe('UNAUTHENTICATED');
  });

  it('signed by another key, by a secret, or by nobody is none', async () => {
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const { x } = key?.publicJwk ?? {};
    const secret = Buffer.from(String(x));
    const [header, body, signature] = token.split('.');
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const forged = [
      await signed({}, stranger),
      await signed({ alg: 'HS256' }, secret),
      `${none}.${String(body)}.`,
      `${none}.${String(body)}.${String(signature)}`,
      `${String(header)}.${String(body)}.`,
      `${String(header)}.${Buffer.from('{}').toString('base64url')}.${String(signature)}`,
    ];
    for (const each of forged) expect(await withToken(world, each).errorOf(op.ME)).toBe('UNAUTHENTICATED');
  });

  it('publishes the public half of its key alone', async () => {
    const { keys } = (await world.fastify.inject({ url: '/.well-known/jwks.json' })).json();
    expect(Object.keys(keys[0] as object).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });
});

describe('hashing under load', () => {
  it('is bounded: then SERVICE_BUSY with a time to come back, while other requests are answered', async () => {
    const world = await startWorld('sqlite', { hasher: new Argon2Hasher({ lanes: 1, maxWaiting: 3 }) });
    const admin = world.client();
    admin.token = (await login(admin, ADMIN.email, ADMIN.password)).accessToken;
    const crowd = Array.from({ length: 20 }, () =>
      world.client().send(op.LOGIN, { input: { email: 'crowd@example.com', password: 'a wrong guess indeed' } }),
    );
    const me = await admin.ask(op.ME);
    expect(me.email).toBe(ADMIN.email);
    const answers = await Promise.all(crowd);
    const busy = answers.flatMap(({ errors }) => errors ?? []);
    expect(busy.length).toBeGreaterThan(0);
    for (const { extensions } of busy) {
      expect(extensions).toEqual({ code: 'SERVICE_BUSY', retryAfterSeconds: expect.any(Number) });
    }
    expect(answers.filter(({ data }) => data?.login?.__typename === 'Refused').length).toBeGreaterThan(0);
    await world.stop();
  }, 30_000);
});

describe.each(ENGINES)('a dependency that is down opens no door, on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await switchOn(desk);
  }, 60_000);
  afterAll(() => world.stop());

  /** While a table is away, as it is for a database that answers some queries and not others. */
  const without = async (table: string, work: () => Promise<void>): Promise<void> => {
    await world.dataSource.query(`ALTER TABLE ${table} RENAME TO ${table}_away`);
    try {
      await work();
    } finally {
      await world.dataSource.query(`ALTER TABLE ${table}_away RENAME TO ${table}`);
    }
  };
  const count = async (table: string): Promise<number> =>
    Number((await world.dataSource.query(`SELECT COUNT(*) AS n FROM ${table}`))[0].n);

  it.each(['password_throttles', 'settings', 'roles', 'factors', 'audit_events', 'role_members'])(
    'no session without %s',
    async (table) => {
      const { email } = await createUser(desk);
      const before = await count('sessions');
      // As after any change of policy: what was read before it is not asked any more.
      await world.dataSource.query('UPDATE organizations SET version = version + 1');
      await without(table, async () => {
        const client = world.client();
        const input = { email, password: 'seven quiet herons wade upstream' };
        expect(await client.errorOf(op.LOGIN, { input })).toBe('INTERNAL_SERVER_ERROR');
      });
      expect(await count('sessions')).toBe(before);
      expect((await login(world.client(), email)).__typename).toBe('SignedIn');
    },
  );

  it('a right code does nothing while the audit cannot be written, and is right afterwards', async () => {
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { app } = await enrollApp(world, email);
    world.clock.advance(60);
    const { ticket } = await login(world.client(), email);
    const input = { ticket, method: 'TOTP', code: app(world.clock.now()) };
    await without('audit_events', async () => {
      expect(await world.client().errorOf(op.VERIFY, { input })).toBe('INTERNAL_SERVER_ERROR');
    });
    expect(outcomeOf(await world.client().ask(op.VERIFY, { input }))).toBe('SignedIn');
  });
});

describe('numbers', () => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld('sqlite');
    desk = await serviceDesk(world);
    await switchOn(desk);
  });
  afterAll(() => world.stop());

  it('a TOTP secret has 160 bits; SHA-1, six digits, thirty seconds', async () => {
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { ticket } = await login(world.client(), email);
    const { totp } = await world.client().ask(op.START, { input: { ticket, method: 'TOTP' } });
    expect(base32Decode(totp.secret as string)).toHaveLength(20);
    const parameters = new URL(totp.uri as string).searchParams;
    // Left out, a parameter has its default in the key URI format.
    expect(parameters.get('algorithm') ?? 'SHA1').toBe('SHA1');
    expect(parameters.get('digits') ?? '6').toBe('6');
    expect(parameters.get('period') ?? '30').toBe('30');
  });

  it('a ticket has 256 bits, is kept as its digest, ends after ten minutes, and holds no password', async () => {
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { ticket, ticketExpiresAt } = await login(world.client(), email);
    expect(Buffer.from(ticket as string, 'base64url')).toHaveLength(32);
    expect(new Date(ticketExpiresAt as string).getTime() - world.clock.now().getTime()).toBe(600_000);
    const rows = JSON.stringify(await world.dataSource.query('SELECT * FROM tickets'));
    expect(rows).not.toContain(ticket);
    expect(rows).not.toMatch(/password|fast-for-tests/i);
  });

  it('a reauthentication is five minutes, prolonged by use to thirty at most, and a sign-in alone is none', async () => {
    const client = world.client();
    client.token = (await login(client, ADMIN.email, ADMIN.password)).accessToken;
    expect(await client.errorOf(op.CREATE_GROUP, { input: { name: 'Early' } })).toBe('REAUTHENTICATION_REQUIRED');
    const admin = await administrator(world);
    world.clock.advance(299);
    expect(await admin.ask(op.CREATE_GROUP, { input: { name: 'In time' } })).toMatchObject({ __typename: 'Group' });
    world.clock.advance(299);
    expect(await admin.ask(op.CREATE_GROUP, { input: { name: 'Prolonged' } })).toMatchObject({ __typename: 'Group' });
    world.clock.advance(301);
    const code = await admin.errorOf(op.CREATE_GROUP, { input: { name: 'Late' } });
    expect(code).toMatch(/REAUTHENTICATION_REQUIRED|UNAUTHENTICATED/);
  });
});
