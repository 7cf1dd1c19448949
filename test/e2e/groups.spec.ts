import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import {
  auditOf,
  createGroup,
  createRole,
  createUser,
  organization,
  outcomeOf,
  signedIn,
  updateUser,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('groups, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  it('are created, renamed, given roles, listed and deleted, each with an event', async () => {
    const { admin } = await organization(world);
    const role = await createRole(admin, { name: 'Sales' });
    const group = await createGroup(admin, [], 'North');
    const changed = await admin.ask(op.UPDATE_GROUP, {
      id: group.id,
      input: { name: ' North  and East ', roleIds: [role.id] },
    });
    expect(changed).toMatchObject({ name: 'North and East', roles: [{ name: 'Sales' }] });
    expect(await admin.ask(op.GROUPS)).toEqual([
      { id: group.id, name: 'North and East', roles: [{ id: role.id, name: 'Sales' }] },
    ]);
    expect((await admin.ask(op.DELETE_GROUP, { id: group.id })).__typename).toBe('Done');
    expect(await admin.ask(op.GROUPS)).toEqual([]);
    const keys = (await auditOf(admin, { key: 'group.' })).map(({ key }) => key);
    expect(keys).toEqual(['group.deleted', 'group.updated', 'group.created']);
  });

  it('have names of their own, whatever the case', async () => {
    const { admin } = await organization(world);
    const { id } = await createGroup(admin, [], 'North');
    const other = await createGroup(admin, [], 'South');
    for (const name of ['North', 'NORTH', ' north ', 'ｎｏｒｔｈ']) {
      expect(outcomeOf(await admin.ask(op.CREATE_GROUP, { input: { name } }))).toBe('NAME_TAKEN');
    }
    expect(outcomeOf(await admin.ask(op.UPDATE_GROUP, { id: other.id, input: { name: 'north' } }))).toBe('NAME_TAKEN');
    expect((await admin.ask(op.UPDATE_GROUP, { id, input: { name: 'NORTH' } })).name).toBe('NORTH');
    const elsewhere = await organization(world);
    expect((await createGroup(elsewhere.admin, [], 'North')).name).toBe('North');
  });

  it.each(['', '   ', 'x'.repeat(121), 'with\u0000control'])('a name like %j is refused', async (name) => {
    const { admin } = await organization(world);
    expect(outcomeOf(await admin.ask(op.CREATE_GROUP, { input: { name } }))).toBe('INVALID_VALUE');
  });

  it('hand their roles on: permissions come and go with membership and with the group, at the next request', async () => {
    const { admin } = await organization(world);
    const reader = await createRole(admin, { permissions: ['USERS_READ'], visibility: 'ALL' });
    const group = await createGroup(admin, [reader.id]);
    const { id, email } = await createUser(admin);
    const client = await signedIn(world, email);
    expect(await client.errorOf(op.USERS)).toBe('FORBIDDEN');
    await updateUser(admin, id, { groupIds: [group.id] });
    expect((await client.ask(op.USERS)).totalCount).toBe(2);
    await admin.ask(op.UPDATE_GROUP, { id: group.id, input: { roleIds: [] } });
    expect(await client.errorOf(op.USERS)).toBe('FORBIDDEN');
    await admin.ask(op.UPDATE_GROUP, { id: group.id, input: { roleIds: [reader.id] } });
    expect((await client.ask(op.USERS)).totalCount).toBe(2);
    await updateUser(admin, id, { groupIds: [] });
    expect(await client.errorOf(op.USERS)).toBe('FORBIDDEN');
  });

  it('stand with the user, whose own roles are listed apart', async () => {
    const { admin } = await organization(world);
    const [direct, handed] = [await createRole(admin), await createRole(admin)];
    const group = await createGroup(admin, [handed.id]);
    const { id } = await createUser(admin, { roleIds: [direct.id], groupIds: [group.id] });
    const user = await admin.ask(op.USER, { id });
    expect(user.roles.map(({ name }: { name: string }) => name)).toEqual(['All', direct.name]);
    expect(user.groups).toEqual([{ id: group.id, name: group.name }]);
    const found = await admin.ask(op.USERS, { filter: { groupId: group.id } });
    expect(found.nodes.map((node: { id: string }) => node.id)).toEqual([id]);
    // By a role, also whoever holds it through a group.
    expect((await admin.ask(op.USERS, { filter: { roleId: handed.id } })).totalCount).toBe(1);
  });

  it('with members in them are not deleted, and a role that a group has is in use', async () => {
    const { admin } = await organization(world);
    const role = await createRole(admin);
    const group = await createGroup(admin, [role.id]);
    const { id } = await createUser(admin, { groupIds: [group.id] });
    expect(outcomeOf(await admin.ask(op.DELETE_GROUP, { id: group.id }))).toBe('IN_USE');
    expect(outcomeOf(await admin.ask(op.DELETE_ROLE, { id: role.id }))).toBe('IN_USE');
    await updateUser(admin, id, { groupIds: [] });
    expect(outcomeOf(await admin.ask(op.DELETE_GROUP, { id: group.id }))).toBe('Done');
    expect(outcomeOf(await admin.ask(op.DELETE_ROLE, { id: role.id }))).toBe('Done');
  });

  it('are changed by those with the right alone, and never to hand out what they do not hold', async () => {
    const { admin } = await organization(world);
    const strong = await createRole(admin, { permissions: ['SETTINGS_WRITE'] });
    const clerk = await createRole(admin, { permissions: ['ROLES_WRITE', 'USERS_WRITE'], visibility: 'ALL' });
    const group = await createGroup(admin, [strong.id]);
    const { id, email } = await createUser(admin, { roleIds: [clerk.id] });
    const client = await signedIn(world, email);
    const refusals = [
      await client.ask(op.CREATE_GROUP, { input: { name: 'Mine', roleIds: [strong.id] } }),
      await client.ask(op.UPDATE_GROUP, { id: group.id, input: { roleIds: [] } }),
      await client.ask(op.UPDATE_USER, { id, input: { groupIds: [group.id] } }),
    ];
    expect(refusals.map(outcomeOf)).toEqual(['NOT_GRANTABLE', 'NOT_GRANTABLE', 'NOT_GRANTABLE']);
    const plain = await signedIn(world, (await createUser(admin)).email);
    expect(await plain.errorOf(op.CREATE_GROUP, { input: { name: 'Mine' } })).toBe('FORBIDDEN');
    expect(await plain.errorOf(op.GROUPS)).toBe('FORBIDDEN');
    const refused = await auditOf(admin, { key: 'admin.refused' });
    expect(refused.map(({ facts }) => facts.why)).toEqual(['NOT_GRANTABLE', 'NOT_GRANTABLE', 'NOT_GRANTABLE']);
  });

  it('an unknown group is not found, and nothing of the change is made', async () => {
    const { admin } = await organization(world);
    const { id } = await createUser(admin);
    const missing = '0'.repeat(36);
    const input = { displayName: 'Another', groupIds: [missing] };
    expect(await admin.errorOf(op.UPDATE_USER, { id, input })).toBe('NOT_FOUND');
    expect((await admin.ask(op.USER, { id })).displayName).not.toBe('Another');
    expect(await admin.errorOf(op.UPDATE_GROUP, { id: missing, input: { name: 'X' } })).toBe('NOT_FOUND');
    expect(await admin.errorOf(op.DELETE_GROUP, { id: missing })).toBe('NOT_FOUND');
  });

  it('portal users get no permission through them, in whichever order', async () => {
    const { admin } = await organization(world);
    const reader = await createRole(admin, { permissions: ['USERS_READ'] });
    const harmless = await createRole(admin);
    const [strong, weak] = [await createGroup(admin, [reader.id]), await createGroup(admin, [harmless.id])];
    const { id } = await createUser(admin, { kind: 'PORTAL', groupIds: [weak.id] });
    const refusals = [
      await admin.ask(op.UPDATE_USER, { id, input: { groupIds: [strong.id] } }),
      await admin.ask(op.UPDATE_USER, { id, input: { roleIds: [reader.id] } }),
      await admin.ask(op.UPDATE_GROUP, { id: weak.id, input: { roleIds: [reader.id] } }),
      await admin.ask(op.UPDATE_ROLE, { id: harmless.id, input: { permissions: ['USERS_READ'] } }),
    ];
    expect(refusals.map(outcomeOf)).toEqual(Array(4).fill('NOT_GRANTABLE'));
  });
});
