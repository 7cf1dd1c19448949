import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  auditOf,
  createRole,
  createUser,
  login,
  newAddress,
  organization,
  outcomeOf,
  PASSWORD,
  signedIn,
  updateUser,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('service users and their API keys, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const withKey = (key: string): Client => Object.assign(world.client(), { token: key });
  const SERVICE = { kind: 'SERVICE', password: undefined, canToggleTwoFactor: false };

  async function service(permissions: string[] = ['USERS_READ', 'USERS_WRITE']) {
    const house = await organization(world);
    const role = await createRole(house.admin, { permissions, visibility: 'ALL' });
    const user = await createUser(house.admin, { ...SERVICE, roleIds: [role.id] });
    const made = await house.admin.ask(op.CREATE_API_KEY, { id: user.id, name: 'Nightly sync' });
    expect(made.__typename).toBe('ApiKeyCreated');
    return { ...house, role, user, key: made.key as string, keyId: made.apiKey.id as string };
  }

  it('a key acts as its user, with the permissions of its roles, and needs no reauthentication', async () => {
    const { user, key } = await service();
    const client = withKey(key);
    expect(await client.ask(op.ME)).toMatchObject({ id: user.id, kind: 'SERVICE' });
    expect((await client.ask(op.USERS)).totalCount).toBe(2);
    const input = { email: newAddress('made'), displayName: 'Made by a key' };
    expect((await client.ask(op.CREATE_USER, { input })).__typename).toBe('User');
    expect(await client.errorOf(op.SETTINGS)).toBe('FORBIDDEN');
    expect(await client.errorOf(op.ENABLE, { everyone: true })).toBe('FORBIDDEN');
  });

  it('two-factor does not reach it, whatever is required of everyone', async () => {
    const { admin, key, role } = await service();
    const all = (await admin.ask(op.ROLES)).find(({ name }: { name: string }) => name === 'All');
    await admin.ask(op.UPDATE_ROLE, { id: all.id, input: { requireTwoFactor: true } });
    await admin.ask(op.UPDATE_ROLE, { id: role.id, input: { requireTwoFactor: true } });
    expect((await withKey(key).ask(op.USERS)).totalCount).toBe(2);
  });

  it('a service user never signs in', async () => {
    const { user } = await service();
    expect(outcomeOf(await login(world.client(), user.email))).toBe('INVALID_CREDENTIALS');
    expect(outcomeOf(await login(world.client(), user.email, ''))).toBe('INVALID_CREDENTIALS');
  });

  it('a person gets no key, which would be a way around the second factor', async () => {
    const { admin } = await organization(world);
    for (const kind of ['MEMBER', 'PORTAL']) {
      const { id } = await createUser(admin, { kind });
      expect(outcomeOf(await admin.ask(op.CREATE_API_KEY, { id, name: 'Mine' }))).toBe('INVALID_VALUE');
    }
  });

  it('a service user has no password, no mails and no second factor', async () => {
    const { admin, user } = await service();
    const create = (input: Record<string, unknown>) =>
      admin.ask(op.CREATE_USER, { input: { email: newAddress('svc'), displayName: 'S', ...SERVICE, ...input } });
    expect(outcomeOf(await create({ password: PASSWORD }))).toBe('INVALID_VALUE');
    expect(outcomeOf(await create({ useTwoFactor: true }))).toBe('INVALID_VALUE');
    expect(outcomeOf(await create({ sendActivationEmail: true }))).toBe('INVALID_VALUE');
    const { id } = user;
    expect(outcomeOf(await admin.ask(op.UPDATE_USER, { id, input: { useTwoFactor: true } }))).toBe('INVALID_VALUE');
    expect(outcomeOf(await admin.ask(op.SEND_ACTIVATION, { id }))).not.toBe('Done');
    expect(outcomeOf(await admin.ask(op.RESET_USER, { id }))).toBe('INVALID_VALUE');
  });

  it("what is a person's own is closed to a key", async () => {
    const { admin, user, key } = await service();
    const client = withKey(key);
    const own: [string, Record<string, unknown>][] = [
      [op.MY_SESSIONS, {}],
      [op.MY_BROWSERS, {}],
      [op.LOGOUT, {}],
      [op.START, { input: { method: 'TOTP' } }],
      [op.CONFIRM, { input: { enrollmentId: user.id, code: '123456' } }],
      [op.REAUTHENTICATE, { input: { password: PASSWORD } }],
      [op.SET_USE, { use: true }],
      [op.RESET_MINE, {}],
      [op.RENEW_CODES, {}],
      [op.CHANGE_PASSWORD, { current: PASSWORD, next: PASSWORD }],
      [op.CREATE_API_KEY, { id: user.id, name: 'Heir' }],
    ];
    for (const [document, variables] of own) {
      const code = await client.errorOf(document, variables);
      expect(`${document.slice(0, 50)} ${code}`).toBe(`${document.slice(0, 50)} FORBIDDEN`);
    }
    const denied = await auditOf(admin, { key: 'access.denied', actorId: user.id });
    expect(denied.length).toBeGreaterThanOrEqual(own.length - 1);
    expect(denied.every(({ facts }) => facts.via === 'api-key')).toBe(true);
  });

  it('a key is shown once, kept as a digest, and seen in use', async () => {
    const { admin, user, key, keyId } = await service();
    const rows = await world.dataSource.query<Record<string, unknown>[]>(
      `SELECT * FROM api_keys WHERE userId = '${user.id}'`,
    );
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(JSON.stringify(rows)).not.toContain(key.replace(/^csk_/, ''));
    const list = () => admin.ask('query ($id: ID!) { apiKeys(userId: $id) { id name lastUsedAt } }', { id: user.id });
    expect(await list()).toEqual([{ id: keyId, name: 'Nightly sync', lastUsedAt: null }]);
    await withKey(key).ask(op.ME);
    expect((await list())[0].lastUsedAt).toBe(world.clock.now().toISOString());
  });

  it('a revoked one is refused at the next request, and others live on', async () => {
    const { admin, user, key, keyId } = await service();
    const { key: other } = await admin.ask(op.CREATE_API_KEY, { id: user.id, name: 'Other' });
    await admin.ask(op.REVOKE_API_KEY, { id: keyId });
    expect(await withKey(key).errorOf(op.ME)).toBe('UNAUTHENTICATED');
    expect((await withKey(other).ask(op.ME)).id).toBe(user.id);
    const keys = (await auditOf(admin, { subjectId: user.id, key: 'api-key.' })).map((event) => event.key);
    expect(keys).toContain('api-key.revoked');
    expect(keys.filter((each) => each === 'api-key.created')).toHaveLength(2);
  });

  it('ends with its time, with its user, and with its permissions', async () => {
    const { admin, user, key, role } = await service();
    const expiresAt = new Date(world.clock.now().getTime() + 60_000).toISOString();
    const short = await admin.ask(op.CREATE_API_KEY, { id: user.id, name: 'Short', expiresAt });
    await admin.ask(op.UPDATE_ROLE, { id: role.id, input: { permissions: [] } });
    expect(await withKey(key).errorOf(op.USERS)).toBe('FORBIDDEN');
    world.clock.advance(60);
    expect(await withKey(short.key).errorOf(op.ME)).toBe('UNAUTHENTICATED');
    expect((await withKey(key).ask(op.ME)).id).toBe(user.id);
    await updateUser(admin, user.id, { active: false });
    expect(await withKey(key).errorOf(op.ME)).toBe('UNAUTHENTICATED');
    const past = { id: user.id, name: 'Late', expiresAt };
    expect(outcomeOf(await admin.ask(op.CREATE_API_KEY, past))).toBe('INVALID_VALUE');
  });

  it.each(['csk_', `csk_${'x'.repeat(43)}`, 'Bearer', '....'])('%p is no key', async (key) => {
    expect(await withKey(key).errorOf(op.ME)).toBe('UNAUTHENTICATED');
  });

  it('a key of a stronger service user is made and revoked by those alone who hold as much', async () => {
    const { admin, user, keyId } = await service(['SETTINGS_WRITE']);
    const clerk = await createRole(admin, { permissions: ['USERS_READ', 'USERS_WRITE'], visibility: 'ALL' });
    const { email } = await createUser(admin, { roleIds: [clerk.id] });
    const client = await signedIn(world, email);
    expect(outcomeOf(await client.ask(op.CREATE_API_KEY, { id: user.id, name: 'X' }))).toBe('NOT_GRANTABLE');
    expect(await client.errorOf(op.REVOKE_API_KEY, { id: keyId })).toBe('FORBIDDEN');
  });
});
