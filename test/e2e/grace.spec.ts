import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import {
  again,
  auditOf,
  createGroup,
  createRole,
  createUser,
  enrollApp,
  login,
  organization,
  outcomeOf,
  updateUser,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const DAY = 24 * 3600;

describe.each(ENGINES)('grace, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const inDays = (days: number): string => new Date(world.clock.now().getTime() + days * DAY * 1000).toISOString();
  const asked = (email: string) => login(world.client(), email);

  it('lets somebody put it off, from when the requirement reached them, and no longer', async () => {
    const house = await organization(world);
    const role = await createRole(house.admin, { requireTwoFactor: true, graceDays: 7 });
    const { id, email } = await createUser(house.admin, { roleIds: [role.id], canToggleTwoFactor: false });
    const end = inDays(7);
    for (const days of [0, 3, 3]) {
      world.clock.advance(days * DAY);
      const client = world.client();
      const first = await login(client, email);
      expect(first).toMatchObject({ __typename: 'EnrollmentRequired', canDecline: true, graceEndsAt: end });
      expect(first.reasons.map(({ rule }: { rule: string }) => rule)).toEqual(['role', 'grace']);
      const later = await client.ask(op.DECLINE, { ticket: first.ticket });
      expect(later).toMatchObject({ __typename: 'SignedIn', amr: ['pwd'] });
      // Put off, not declined: what the administrator set stays.
      const refreshed = await client.ask(op.REFRESH, { token: later.refreshToken });
      expect(refreshed.__typename).toBe('Tokens');
    }
    world.clock.advance(DAY);
    const over = await asked(email);
    expect(over).toMatchObject({ __typename: 'EnrollmentRequired', canDecline: false, graceEndsAt: null });
    expect(outcomeOf(await world.client().ask(op.DECLINE, { ticket: over.ticket }))).toBe('DECLINE_NOT_ALLOWED');
    const events = await auditOf(await again(world, house), { key: 'sign-in.declined', subjectId: id });
    expect(events).toHaveLength(3);
    expect(events[0]?.facts).toMatchObject({ grace: 'true' });
  });

  it('ends the sessions that it let in, at their refresh', async () => {
    const { admin } = await organization(world);
    const role = await createRole(admin, { requireTwoFactor: true, graceDays: 1 });
    const { email } = await createUser(admin, { roleIds: [role.id] });
    world.clock.advance(DAY - 1800);
    const client = world.client();
    const { ticket } = await login(client, email);
    let { refreshToken } = await client.ask(op.DECLINE, { ticket });
    ({ refreshToken } = await client.ask(op.REFRESH, { token: refreshToken }));
    world.clock.advance(1800);
    expect((await client.ask(op.REFRESH, { token: refreshToken })).__typename).toBe('Refused');
  });

  it('is given once: leaving and joining again renews nothing, by role or by group', async () => {
    const house = await organization(world);
    const role = await createRole(house.admin, { requireTwoFactor: true, graceDays: 7 });
    const group = await createGroup(house.admin, [role.id]);
    const byRole = await createUser(house.admin, { roleIds: [role.id] });
    const byGroup = await createUser(house.admin, { groupIds: [group.id] });
    const end = inDays(7);
    world.clock.advance(2 * DAY);
    const admin = await again(world, house);
    // Nobody has signed in yet: the requirement has reached them all the same.
    await updateUser(admin, byRole.id, { roleIds: [] });
    await updateUser(admin, byGroup.id, { groupIds: [] });
    expect((await asked(byRole.email)).__typename).toBe('SignedIn');
    expect((await asked(byGroup.email)).__typename).toBe('SignedIn');
    await updateUser(admin, byRole.id, { roleIds: [role.id] });
    await updateUser(admin, byGroup.id, { groupIds: [group.id] });
    expect((await asked(byRole.email)).graceEndsAt).toBe(end);
    expect((await asked(byGroup.email)).graceEndsAt).toBe(end);
    // Nor does it by the other way.
    await updateUser(admin, byRole.id, { roleIds: [], groupIds: [group.id] });
    expect((await asked(byRole.email)).graceEndsAt).toBe(end);
  });

  it('is not renewed where the role, the tick or the switch goes and comes back', async () => {
    const house = await organization(world);
    const role = await createRole(house.admin, { requireTwoFactor: true, graceDays: 7 });
    const group = await createGroup(house.admin, [role.id]);
    const { email } = await createUser(house.admin, { groupIds: [group.id] });
    const end = inDays(7);
    world.clock.advance(DAY);
    let admin = await again(world, house);
    await admin.ask(op.UPDATE_ROLE, { id: role.id, input: { requireTwoFactor: false } });
    world.clock.advance(DAY);
    admin = await again(world, house);
    await admin.ask(op.UPDATE_ROLE, { id: role.id, input: { requireTwoFactor: true } });
    expect((await asked(email)).graceEndsAt).toBe(end);
    await admin.ask(op.UPDATE_GROUP, { id: group.id, input: { roleIds: [] } });
    await admin.ask(op.UPDATE_GROUP, { id: group.id, input: { roleIds: [role.id] } });
    expect((await asked(email)).graceEndsAt).toBe(end);
    await admin.ask(op.DISABLE);
    world.clock.advance(DAY);
    admin = await again(world, house);
    await admin.ask(op.ENABLE, { everyone: false });
    expect((await asked(email)).graceEndsAt).toBe(end);
  });

  it('is not renewed by a reset either: who enrolled once has had it', async () => {
    const house = await organization(world);
    const role = await createRole(house.admin, { requireTwoFactor: true, graceDays: 7 });
    const { id, email } = await createUser(house.admin, { roleIds: [role.id] });
    const end = inDays(7);
    await enrollApp(world, email);
    world.clock.advance(DAY);
    await (await again(world, house)).ask(op.RESET_USER, { id });
    expect((await asked(email)).graceEndsAt).toBe(end);
    world.clock.advance(6 * DAY);
    expect((await asked(email)).graceEndsAt).toBeNull();
  });

  it('begins when the requirement reaches somebody, not when the role was made', async () => {
    const house = await organization(world, 'off');
    const role = await createRole(house.admin, { requireTwoFactor: true, graceDays: 7 });
    const early = await createUser(house.admin, { roleIds: [role.id] });
    const joins = await createUser(house.admin);
    world.clock.advance(20 * DAY);
    const admin = await again(world, house);
    await admin.ask(op.ENABLE, { everyone: false });
    expect((await asked(early.email)).graceEndsAt).toBe(inDays(7));
    const newcomer = await createUser(admin, { roleIds: [role.id] });
    const end = inDays(7);
    world.clock.advance(5 * DAY);
    expect((await asked(newcomer.email)).graceEndsAt).toBe(end);
    await updateUser(await again(world, house), joins.id, { roleIds: [role.id] });
    expect((await asked(joins.email)).graceEndsAt).toBe(inDays(7));
  });

  it('of several roles the strictest counts, and none is given by "Use 2FA" or by a role without', async () => {
    const { admin } = await organization(world);
    const long = await createRole(admin, { requireTwoFactor: true, graceDays: 30 });
    const short = await createRole(admin, { requireTwoFactor: true, graceDays: 3 });
    const none = await createRole(admin, { requireTwoFactor: true });
    const both = await createUser(admin, { roleIds: [long.id, short.id] });
    expect((await asked(both.email)).graceEndsAt).toBe(inDays(3));
    const strict = await createUser(admin, { roleIds: [long.id, none.id] });
    expect((await asked(strict.email)).graceEndsAt).toBeNull();
    const flagged = await createUser(admin, { useTwoFactor: true });
    expect((await asked(flagged.email)).graceEndsAt).toBeNull();
  });

  it('a ticket of the grace does not outlive it', async () => {
    const { admin } = await organization(world);
    const role = await createRole(admin, { requireTwoFactor: true, graceDays: 1 });
    const { email } = await createUser(admin, { roleIds: [role.id] });
    world.clock.advance(DAY - 60);
    const client = world.client();
    const { ticket, canDecline } = await login(client, email);
    expect(canDecline).toBe(true);
    world.clock.advance(60);
    expect(outcomeOf(await client.ask(op.DECLINE, { ticket }))).toBe('DECLINE_NOT_ALLOWED');
  });
});
