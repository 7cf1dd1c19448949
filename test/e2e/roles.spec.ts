import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import { createRole, createUser, login, organization, outcomeOf, signedIn, updateUser } from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const ALL = [
  'USERS_READ',
  'USERS_WRITE',
  'ROLES_WRITE',
  'SETTINGS_READ',
  'SETTINGS_WRITE',
  'AUDIT_READ',
  'MESSAGES_READ',
] as const;

describe.each(ENGINES)('roles, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  it('two are built in, and only their two-factor requirement can be changed', async () => {
    const { admin } = await organization(world);
    const roles: { id: string; name: string }[] = await admin.ask(op.ROLES);
    expect(roles).toMatchObject([
      { name: 'All', builtIn: true, permissions: [], requireTwoFactor: false },
      { name: 'Administrator', builtIn: true, permissions: ALL, visibility: 'ALL', requireTwoFactor: false },
    ]);
    for (const { id } of roles) {
      for (const input of [{ name: 'Mine' }, { permissions: ['USERS_READ'] }, { permissions: [] }]) {
        expect(outcomeOf(await admin.ask(op.UPDATE_ROLE, { id, input }))).toBe('BUILT_IN');
      }
      expect(outcomeOf(await admin.ask(op.DELETE_ROLE, { id }))).toBe('BUILT_IN');
      const required = await admin.ask(op.UPDATE_ROLE, { id, input: { requireTwoFactor: true, graceDays: 7 } });
      expect(required).toMatchObject({ requireTwoFactor: true, graceDays: 7 });
    }
    expect(outcomeOf(await admin.ask(op.CREATE_ROLE, { input: { name: 'ALL' } }))).toBe('NAME_TAKEN');
  });

  it.each([-1, 366, 1_000_000])('%p days of grace are refused', async (graceDays) => {
    const { admin } = await organization(world);
    const input = { name: 'Patient', graceDays };
    expect(outcomeOf(await admin.ask(op.CREATE_ROLE, { input }))).toBe('INVALID_VALUE');
    const { id } = await createRole(admin, { graceDays: 3 });
    expect(outcomeOf(await admin.ask(op.UPDATE_ROLE, { id, input: { graceDays } }))).toBe('INVALID_VALUE');
  });

  /** What each permission opens, and what stays closed without it. */
  const until = (): string => new Date(world.clock.now().getTime() + 3_600_000).toISOString();
  const DOORS: [string, readonly string[], string, () => Record<string, unknown>][] = [
    ['users', ['USERS_READ', 'USERS_WRITE'], op.USERS, () => ({})],
    ['roles', ['USERS_READ', 'USERS_WRITE', 'ROLES_WRITE'], op.ROLES, () => ({})],
    ['groups', ['USERS_READ', 'USERS_WRITE', 'ROLES_WRITE'], op.GROUPS, () => ({})],
    ['settings', ['SETTINGS_READ', 'SETTINGS_WRITE'], op.SETTINGS, () => ({})],
    ['auditEvents', ['AUDIT_READ'], op.AUDIT, () => ({})],
    ['messages', ['MESSAGES_READ'], op.MESSAGES, () => ({})],
    ['createRole', ['ROLES_WRITE'], op.CREATE_ROLE, () => ({ input: { name: `Made ${String(Math.random())}` } })],
    ['createGroup', ['ROLES_WRITE'], op.CREATE_GROUP, () => ({ input: { name: `Made ${String(Math.random())}` } })],
    ['enableTwoFactor', ['SETTINGS_WRITE'], op.ENABLE, () => ({ everyone: false })],
    ['suspendTwoFactor', ['SETTINGS_WRITE'], op.SUSPEND, () => ({ until: until(), reason: 'Test.' })],
    ['updateSettings', ['SETTINGS_WRITE'], op.UPDATE_SETTINGS, () => ({ input: {} })],
    ['resendEmailConfirmations', ['USERS_WRITE'], op.RESEND_CONFIRMATIONS, () => ({})],
  ];
  it('each permission opens its own operations, and no others', async () => {
    const { admin } = await organization(world);
    for (const permission of ALL) {
      const role = await createRole(admin, { permissions: [permission], visibility: 'ALL' });
      const client = await signedIn(world, (await createUser(admin, { roleIds: [role.id] })).email);
      for (const [name, opens, document, variables] of DOORS) {
        const answer = (await client.send(document, variables())).errors?.[0]?.extensions.code ?? 'open';
        expect(`${permission} ${name} ${answer}`).toBe(
          `${permission} ${name} ${opens.includes(permission) ? 'open' : 'FORBIDDEN'}`,
        );
      }
    }
  });

  it('a change needs a reauthentication, a look does not', async () => {
    const { admin } = await organization(world);
    const { id, email } = await createUser(admin, { roleIds: [await administratorRole(admin)] });
    const client = world.client();
    client.token = (await login(client, email)).accessToken;
    expect((await client.ask(op.USER, { id })).email).toBe(email);
    expect(await client.errorOf(op.CREATE_ROLE, { input: { name: 'X' } })).toBe('REAUTHENTICATION_REQUIRED');
    expect(await client.errorOf(op.UPDATE_USER, { id, input: {} })).toBe('REAUTHENTICATION_REQUIRED');
  });

  const administratorRole = async (admin: Awaited<ReturnType<typeof signedIn>>): Promise<string> =>
    (await admin.ask(op.ROLES)).find(({ name }: { name: string }) => name === 'Administrator').id;

  it('nobody grants what they do not hold, and nobody acts on those who hold more', async () => {
    const { admin } = await organization(world);
    const administrator = await administratorRole(admin);
    const help = await createRole(admin, {
      permissions: ['USERS_READ', 'USERS_WRITE', 'ROLES_WRITE'],
      visibility: 'ALL',
    });
    const narrow = await createRole(admin, { permissions: ['USERS_READ', 'USERS_WRITE', 'ROLES_WRITE'] });
    const boss = await createUser(admin, { roleIds: [administrator] });
    const { id, email } = await createUser(admin, { roleIds: [help.id] });
    const client = await signedIn(world, email);
    const other = await createUser(admin);
    const outcomes = [
      await client.ask(op.UPDATE_USER, { id, input: { roleIds: [administrator] } }),
      await client.ask(op.UPDATE_USER, { id: other.id, input: { roleIds: [administrator] } }),
      await client.ask(op.CREATE_USER, {
        input: { email: 'evil@example.com', displayName: 'Evil', roleIds: [administrator] },
      }),
      await client.ask(op.CREATE_ROLE, { input: { name: 'Strong', permissions: ['SETTINGS_WRITE'] } }),
      await client.ask(op.UPDATE_ROLE, { id: help.id, input: { permissions: ['SETTINGS_WRITE'] } }),
      await client.ask(op.UPDATE_ROLE, { id: administrator, input: { requireTwoFactor: false } }),
      await client.ask(op.UPDATE_USER, { id: boss.id, input: { email: 'mine@example.com' } }),
      await client.ask(op.RESET_USER, { id: boss.id }),
      await client.ask(op.DISABLE_USER, { id: boss.id }),
      await client.ask(op.UNLOCK_USER, { id: boss.id }),
      await client.ask(op.SEND_ACTIVATION, { id: boss.id }),
    ];
    expect(outcomes.map(outcomeOf)).toEqual(Array(outcomes.length).fill('NOT_GRANTABLE'));

    await updateUser(admin, id, { roleIds: [narrow.id] });
    const wider = await client.ask(op.UPDATE_ROLE, { id: narrow.id, input: { visibility: 'ALL' } });
    expect(outcomeOf(wider)).toBe('NOT_GRANTABLE');
    expect((await admin.ask(op.USER, { id: boss.id })).email).toBe(boss.email);
  });

  it('a permission taken away is gone at the next request', async () => {
    const { admin } = await organization(world);
    const role = await createRole(admin, { permissions: ['USERS_READ'], visibility: 'ALL' });
    const { id, email } = await createUser(admin, { roleIds: [role.id] });
    const client = await signedIn(world, email);
    expect((await client.ask(op.USERS)).totalCount).toBe(2);
    await admin.ask(op.UPDATE_ROLE, { id: role.id, input: { permissions: [] } });
    expect(await client.errorOf(op.USERS)).toBe('FORBIDDEN');
    await admin.ask(op.UPDATE_ROLE, { id: role.id, input: { permissions: ['USERS_READ'] } });
    expect((await client.ask(op.USERS)).totalCount).toBe(2);
    await updateUser(admin, id, { active: false });
    expect(await client.errorOf(op.USERS)).toBe('UNAUTHENTICATED');
    expect(outcomeOf(await login(world.client(), email))).toBe('INVALID_CREDENTIALS');
  });
});
