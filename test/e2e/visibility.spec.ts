import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  createGroup,
  createRole,
  createUser,
  mailsTo,
  organization,
  outcomeOf,
  signedIn,
  updateUser,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const EVERYTHING = [
  'USERS_READ',
  'USERS_WRITE',
  'ROLES_WRITE',
  'SETTINGS_READ',
  'SETTINGS_WRITE',
  'AUDIT_READ',
  'MESSAGES_READ',
];

interface Person {
  id: string;
  email: string;
}

/** OWN_GROUPS is a wall in every list, at every id and around every bulk action. */
describe.each(ENGINES)('visibility OWN_GROUPS, on %s', (engine) => {
  let world: World;
  let admin: Client;
  let leader: Client;
  let self: Person;
  let near: Person;
  let far: Person;
  let loose: Person;
  let north: { id: string };
  let south: { id: string };

  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  beforeEach(async () => {
    ({ admin } = await organization(world));
    north = await createGroup(admin, [], 'North');
    south = await createGroup(admin, [], 'South');
    const role = await createRole(admin, { permissions: EVERYTHING, visibility: 'OWN_GROUPS' });
    self = await createUser(admin, { roleIds: [role.id], groupIds: [north.id] });
    near = await createUser(admin, { groupIds: [north.id, south.id] });
    far = await createUser(admin, { groupIds: [south.id] });
    loose = await createUser(admin);
    leader = await signedIn(world, self.email);
  });

  it('lists those who share a group, and oneself', async () => {
    const { nodes, totalCount } = await leader.ask(op.USERS);
    expect(nodes.map(({ id }: Person) => id).sort()).toEqual([self.id, near.id].sort());
    expect(totalCount).toBe(2);
    for (const filter of [
      { search: far.email },
      { groupId: south.id, search: far.email },
      { active: true, search: 'Person' },
    ]) {
      const found = await leader.ask(op.USERS, { filter });
      expect(found.nodes.map(({ id }: Person) => id)).not.toContain(far.id);
      expect(found.nodes.map(({ id }: Person) => id)).not.toContain(loose.id);
    }
    expect((await leader.ask(op.USERS, { filter: { search: far.email } })).totalCount).toBe(0);
  });

  it('shows nothing of others by id, and does nothing to them', async () => {
    for (const { id } of [far, loose]) {
      const documents: [string, Record<string, unknown>][] = [
        [op.USER, { id }],
        [op.EXPLAIN, { id }],
        [op.UPDATE_USER, { id, input: { displayName: 'Caught' } }],
        [op.RESET_USER, { id }],
        [op.DISABLE_USER, { id }],
        [op.UNLOCK_USER, { id }],
        [op.SEND_ACTIVATION, { id }],
        [op.CREATE_API_KEY, { id, name: 'Caught' }],
      ];
      for (const [document, variables] of documents) {
        expect(`${document.slice(0, 60)} ${await leader.errorOf(document, variables)}`).toBe(
          `${document.slice(0, 60)} NOT_FOUND`,
        );
      }
      expect((await admin.ask(op.USER, { id })).displayName).not.toBe('Caught');
    }
    expect((await leader.ask(op.UPDATE_USER, { id: near.id, input: { displayName: 'Ours' } })).displayName).toBe(
      'Ours',
    );
  });

  it('limits the confirmation mails to those who are seen', async () => {
    // A service user awaits no mail, and is counted by neither side.
    expect(await leader.ask(op.RESEND_CONFIRMATIONS)).toEqual({ queued: 2, skipped: 0 });
    await mailsTo(world, near.email, 1, /Confirm/);
    const sent = (await world.mails()).map(({ to }) => to);
    expect(sent).not.toContain(far.email);
    expect(sent).not.toContain(loose.email);
    const { queued } = await leader.ask(op.RESEND_CONFIRMATIONS, { filter: { search: far.email } });
    expect(queued).toBe(0);
  });

  it('shows no other groups, and lets nobody reach into them', async () => {
    expect((await leader.ask(op.GROUPS)).map(({ name }: { name: string }) => name)).toEqual(['North']);
    expect(await leader.errorOf(op.UPDATE_GROUP, { id: south.id, input: { name: 'Mine' } })).toBe('NOT_FOUND');
    expect(await leader.errorOf(op.DELETE_GROUP, { id: south.id })).toBe('NOT_FOUND');
    const refused = await leader.ask(op.UPDATE_USER, { id: self.id, input: { groupIds: [north.id, south.id] } });
    expect(outcomeOf(refused)).toBe('NOT_GRANTABLE');
    expect((await leader.ask(op.USERS)).totalCount).toBe(2);
  });

  it('leaves alone the groups of others that a list of groups does not show', async () => {
    await leader.ask(op.UPDATE_USER, { id: near.id, input: { groupIds: [north.id] } });
    const { groups } = await admin.ask(op.USER, { id: near.id });
    expect(groups.map(({ name }: { name: string }) => name)).toEqual(['North', 'South']);
    await leader.ask(op.UPDATE_USER, { id: near.id, input: { groupIds: [] } });
    expect((await admin.ask(op.USER, { id: near.id })).groups).toEqual([{ id: south.id, name: 'South' }]);
    expect(await leader.errorOf(op.USER, { id: near.id })).toBe('NOT_FOUND');
  });

  it('a new user is put into a group of the one who makes them', async () => {
    const input = { email: `new-${self.email}`, displayName: 'New' };
    expect(outcomeOf(await leader.ask(op.CREATE_USER, { input }))).toBe('NOT_GRANTABLE');
    const elsewhere = { ...input, groupIds: [south.id] };
    expect(outcomeOf(await leader.ask(op.CREATE_USER, { input: elsewhere }))).toBe('NOT_GRANTABLE');
    expect(outcomeOf(await leader.ask(op.CREATE_USER, { input: { ...input, groupIds: [north.id] } }))).toBe('User');
  });

  it('shows the audit and the messages of those who are seen', async () => {
    await admin.ask(op.UPDATE_USER, { id: far.id, input: { displayName: 'Changed' } });
    await admin.ask(op.UPDATE_USER, { id: near.id, input: { displayName: 'Changed' } });
    await admin.ask(op.SEND_ACTIVATION, { id: far.id });
    await admin.ask(op.SEND_ACTIVATION, { id: near.id });
    const { nodes } = await leader.ask(op.AUDIT, { first: 200 });
    const subjects = new Set(nodes.map(({ subjectId }: { subjectId: string }) => subjectId));
    expect(subjects.has(near.id)).toBe(true);
    expect(subjects.has(far.id)).toBe(false);
    expect(JSON.stringify(nodes)).not.toContain(far.email);
    const messages = JSON.stringify(await leader.ask(op.MESSAGES));
    expect(messages).toContain('activation');
    expect((await leader.ask(op.MESSAGES)).nodes).toHaveLength(1);
    expect((await admin.ask(op.MESSAGES)).nodes).toHaveLength(2);
  });

  it('a preview counts everyone, whom the change would reach, and names only those who are seen', async () => {
    const all = (await admin.ask(op.ROLES)).find(({ name }: { name: string }) => name === 'All');
    const change = { methods: ['SMS'], roleId: all.id, roleRequiresTwoFactor: true };
    const preview = await leader.ask(op.PREVIEW, { change });
    expect(preview).toMatchObject({ usersLookedAt: 5, leftWithoutMethod: 5 });
    const named = preview.leftWithoutMethodSample.map(({ id }: Person) => id);
    expect(named.sort()).toEqual([self.id, near.id].sort());
    expect((await admin.ask(op.PREVIEW, { change })).leftWithoutMethodSample).toHaveLength(5);
  });

  it('a service user reached by a leader gets keys from them; one outside does not', async () => {
    const inside = await createUser(admin, {
      kind: 'SERVICE',
      password: undefined,
      canToggleTwoFactor: false,
      groupIds: [north.id],
    });
    const made = await leader.ask(op.CREATE_API_KEY, { id: inside.id, name: 'Sync' });
    expect(made.__typename).toBe('ApiKeyCreated');
    await updateUser(admin, inside.id, { groupIds: [south.id] });
    expect(await leader.errorOf(op.REVOKE_API_KEY, { id: made.apiKey.id })).toBe('NOT_FOUND');
  });
});
