import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createGroup, createRole, createUser, organization, signedIn } from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

/** Visibility OWN_GROUPS limits fields inside of what is shown, and not only which operations and rows are. */
describe.each(ENGINES)('what is seen through somebody who is seen, on %s', (engine) => {
  let world: World;
  let admin: Client;
  let leader: Client;
  let mate: { id: string };
  let leaderId: string;

  beforeAll(async () => {
    world = await startWorld(engine);
    ({ admin } = await organization(world));
    const [ours, secret] = [await createGroup(admin, [], 'Ours'), await createGroup(admin, [], 'Layoffs')];
    const role = await createRole(admin, {
      permissions: ['USERS_READ', 'USERS_WRITE', 'AUDIT_READ'],
      visibility: 'OWN_GROUPS',
    });
    const self = await createUser(admin, { roleIds: [role.id], groupIds: [ours.id] });
    leaderId = self.id;
    mate = await createUser(admin, { groupIds: [ours.id, secret.id] });
    leader = await signedIn(world, self.email);
  }, 60_000);
  afterAll(() => world.stop());

  const groupNames = ({ groups }: { groups: { name: string }[] }) => groups.map(({ name }) => name);

  it('a person’s other groups are not, by id or in the list', async () => {
    expect(groupNames(await leader.ask(op.USER, { id: mate.id }))).toEqual(['Ours']);
    const { nodes } = await leader.ask(op.USERS, { first: 50 });
    expect(nodes.flatMap(groupNames)).not.toContain('Layoffs');
  });

  it('nor in the answer to a change', async () => {
    const changed = await leader.ask(op.UPDATE_USER, { id: mate.id, input: { displayName: 'Another Name' } });
    expect(changed.__typename).toBe('User');
    expect(groupNames(changed)).toEqual(['Ours']);
  });

  it('one’s own are seen, and all of them by whoever sees everybody', async () => {
    expect(groupNames(await leader.ask(op.ME))).toEqual(['Ours']);
    expect(groupNames(await leader.ask(op.USER, { id: leaderId }))).toEqual(['Ours']);
    expect(groupNames(await admin.ask(op.USER, { id: mate.id }))).toEqual(['Layoffs', 'Ours']);
  });
});
