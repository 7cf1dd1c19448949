import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  auditOf,
  confirmAddress,
  createGroup,
  createRole,
  createUser,
  enrollSignedIn,
  organization,
  outcomeOf,
  signedIn,
  updateUser,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const LOCKED = 'WOULD_LOCK_OUT_ADMINISTRATORS';

/** A change that would leave no active administrator able to sign in is refused, and nothing of it is made. */
describe.each(ENGINES)('the lock-out guard, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const roleNamed = async (admin: Client, name: string) =>
    (await admin.ask(op.ROLES)).find((role: { name: string }) => role.name === name) as { id: string };
  const meOf = async (admin: Client): Promise<{ id: string; email: string }> => admin.ask(op.ME);

  it('the last administrator can be neither demoted nor deactivated, by themselves or anybody', async () => {
    const { admin } = await organization(world);
    const { id } = await meOf(admin);
    const refusals = [
      await admin.ask(op.UPDATE_USER, { id, input: { roleIds: [] } }),
      await admin.ask(op.UPDATE_USER, { id, input: { active: false } }),
      await admin.ask(op.UPDATE_USER, { id, input: { displayName: 'Changed', active: false } }),
    ];
    expect(refusals.map(outcomeOf)).toEqual([LOCKED, LOCKED, LOCKED]);
    const me = await admin.ask(op.ME);
    expect(me).toMatchObject({ active: true, displayName: 'Administrator' });
    expect(me.roles.map(({ name }: { name: string }) => name)).toContain('Administrator');
    const events = await auditOf(admin, { key: 'admin.refused' });
    expect(events.map(({ facts }) => facts)).toEqual(Array(3).fill({ operation: 'updateUser', why: LOCKED }));
    expect(await auditOf(admin, { key: 'user.updated' })).toEqual([]);
  });

  it('with another administrator each of these goes through', async () => {
    const { admin } = await organization(world);
    const { id } = await meOf(admin);
    const { id: role } = await roleNamed(admin, 'Administrator');
    await createUser(admin, { roleIds: [role] });
    await updateUser(admin, id, { roleIds: [] });
    expect(await admin.errorOf(op.USERS)).toBe('FORBIDDEN');
  });

  it.each([
    ['a deactivated one', { active: false }],
    ['one who has no password yet', { password: undefined }],
    ['a service user', { kind: 'SERVICE', password: undefined, canToggleTwoFactor: false }],
  ])('%s does not count', async (_name, input) => {
    const { admin } = await organization(world);
    const { id } = await meOf(admin);
    const { id: role } = await roleNamed(admin, 'Administrator');
    const { active, ...rest } = input as { active?: boolean };
    const other = await createUser(admin, { ...rest, roleIds: [role] });
    if (active === false) await updateUser(admin, other.id, { active });
    expect(outcomeOf(await admin.ask(op.UPDATE_USER, { id, input: { active: false } }))).toBe(LOCKED);
  });

  it('an administrator by way of a group counts, until the group loses the role', async () => {
    const { admin } = await organization(world);
    const { id } = await meOf(admin);
    const { id: role } = await roleNamed(admin, 'Administrator');
    const group = await createGroup(admin, [role]);
    const other = await createUser(admin, { groupIds: [group.id] });
    const second = await signedIn(world, other.email);
    await updateUser(second, id, { roleIds: [] });
    expect(outcomeOf(await second.ask(op.UPDATE_GROUP, { id: group.id, input: { roleIds: [] } }))).toBe(LOCKED);
    expect(outcomeOf(await second.ask(op.UPDATE_USER, { id: other.id, input: { groupIds: [] } }))).toBe(LOCKED);
  });

  it('methods that no administrator could use or set up are refused, and so is requiring them', async () => {
    const { admin } = await organization(world);
    const { id } = await meOf(admin);
    await admin.ask(op.UPDATE_SETTINGS, { input: { twoFactor: { methods: ['SMS'] } } });
    const { id: all } = await roleNamed(admin, 'All');
    const { id: administrator } = await roleNamed(admin, 'Administrator');
    const role = await createRole(admin, { requireTwoFactor: true });
    const refusals = [
      await admin.ask(op.UPDATE_ROLE, { id: all, input: { requireTwoFactor: true } }),
      await admin.ask(op.UPDATE_ROLE, { id: administrator, input: { requireTwoFactor: true } }),
      await admin.ask(op.UPDATE_USER, { id, input: { useTwoFactor: true } }),
      await admin.ask(op.UPDATE_USER, { id, input: { roleIds: [administrator, role.id] } }),
    ];
    expect(refusals.map(outcomeOf)).toEqual([LOCKED, LOCKED, LOCKED, LOCKED]);
    await admin.ask(op.UPDATE_SETTINGS, { input: { twoFactor: { methods: ['TOTP'] } } });
    await admin.ask(op.UPDATE_ROLE, { id: all, input: { requireTwoFactor: true } });
    const back = await admin.ask(op.UPDATE_SETTINGS, { input: { twoFactor: { methods: ['SMS'] } } });
    expect(outcomeOf(back)).toBe(LOCKED);
    expect((await admin.ask(op.SETTINGS)).twoFactor.methods).toEqual(['TOTP']);
  });

  it('switching it on where nobody could pass it is refused as well', async () => {
    const { admin } = await organization(world, 'off');
    await admin.ask(op.UPDATE_SETTINGS, { input: { twoFactor: { methods: ['SMS'] } } });
    expect(outcomeOf(await admin.ask(op.ENABLE, { everyone: true }))).toBe(LOCKED);
    expect((await admin.ask(op.SETTINGS)).twoFactor.enabled).toBe(false);
    expect(outcomeOf(await admin.ask(op.ENABLE, { everyone: false }))).toBe('Settings');
  });

  it('two administrators who remove each other at the same moment leave one', async () => {
    for (const input of [{ active: false }, { roleIds: [] }]) {
      const { admin, email } = await organization(world);
      const { id } = await meOf(admin);
      const { id: role } = await roleNamed(admin, 'Administrator');
      const other = await createUser(admin, { roleIds: [role] });
      const second = await signedIn(world, other.email);
      const answers = await Promise.all([
        admin.send(op.UPDATE_USER, { id: other.id, input }),
        second.send(op.UPDATE_USER, { id, input }),
      ]);
      const done = answers.filter(({ data }) => data?.updateUser?.__typename === 'User');
      expect(done).toHaveLength(1);
      const rows = await world.dataSource.query<{ email: string }[]>(
        `SELECT u.email FROM users u JOIN role_members m ON m.userId = u.id
         WHERE m.roleId = '${role}' AND u.active = ${engine === 'sqlite' ? '1' : 'true'}`,
      );
      expect(rows).toHaveLength(1);
      expect([email, other.email]).toContain(rows[0]?.email);
    }
  });

  it('an administrator whose app a hundred wrong codes disabled does not count', async () => {
    const { admin } = await organization(world);
    const me = await meOf(admin);
    const { id: role } = await roleNamed(admin, 'Administrator');
    const other = await createUser(admin, { roleIds: [role] });
    await enrollSignedIn(world, await signedIn(world, other.email));
    await disableFactors(other.id);
    expect(outcomeOf(await admin.ask(op.UPDATE_USER, { id: me.id, input: { active: false } }))).toBe(LOCKED);
    await admin.ask(op.RESET_USER, { id: other.id });
    expect(outcomeOf(await admin.ask(op.UPDATE_USER, { id: me.id, input: { active: false } }))).toBe('User');
  });

  it('where nobody could sign in before, a change that does not lock anybody out goes through', async () => {
    const { admin } = await organization(world);
    const me = await meOf(admin);
    await enrollSignedIn(world, admin);
    await disableFactors(me.id);
    const { id } = await createUser(admin);
    expect((await updateUser(admin, id, { displayName: 'Changed' })).displayName).toBe('Changed');
  });

  async function disableFactors(userId: string): Promise<void> {
    await world.dataSource.query(`UPDATE users SET factorTries = 100 WHERE id = '${userId}'`);
    await world.dataSource.query(`UPDATE factors SET disabledAt = confirmedAt WHERE userId = '${userId}'`);
  }

  it('taking a confirmed address from the methods is judged by what is left to set up', async () => {
    const { admin } = await organization(world);
    const me = await meOf(admin);
    await confirmAddress(world, admin, me);
    const { id: all } = await roleNamed(admin, 'All');
    await admin.ask(op.UPDATE_ROLE, { id: all, input: { requireTwoFactor: true } });
    const left = await admin.ask(op.UPDATE_SETTINGS, { input: { twoFactor: { methods: ['TOTP'] } } });
    expect(outcomeOf(left)).toBe('Settings');
  });
});
