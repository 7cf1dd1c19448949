import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  confirmAddress,
  createGroup,
  createRole,
  createUser,
  enrollApp,
  login,
  organization,
  type Organization,
  signedIn,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

interface Seen {
  required: boolean;
  /** Null for whoever signs in by API key alone. */
  login: { __typename: string; graceEndsAt?: string | null; methods?: unknown[] };
}

/** The numbers of a preview are those that come about when the change is made. */
describe.each(ENGINES)('previewTwoFactor, on %s', (engine) => {
  let world: World;
  let house: Organization;
  let admin: Client;
  let emails: Map<string, string>;
  let role: { id: string };
  let graceful: { id: string };
  let group: { id: string };

  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  /** One of each sort of person. */
  beforeEach(async () => {
    house = await organization(world);
    ({ admin } = house);
    role = await createRole(admin);
    graceful = await createRole(admin, { requireTwoFactor: true, graceDays: 5 });
    group = await createGroup(admin, [role.id]);
    const app = await createUser(admin, { useTwoFactor: true });
    await enrollApp(world, app.email);
    const confirmed = await createUser(admin, { groupIds: [group.id] });
    await confirmAddress(world, admin, confirmed);
    const people = [
      app,
      confirmed,
      await createUser(admin),
      await createUser(admin, { useTwoFactor: true }),
      await createUser(admin, { roleIds: [role.id] }),
      await createUser(admin, { groupIds: [group.id] }),
      await createUser(admin, { roleIds: [role.id], useTwoFactor: true }),
      await createUser(admin, { roleIds: [graceful.id] }),
      await createUser(admin, { roleIds: [graceful.id, role.id] }),
      await createUser(admin, { kind: 'PORTAL' }),
      await createUser(admin, { kind: 'PORTAL', roleIds: [role.id] }),
    ];
    emails = new Map(people.map(({ id, email }) => [id, email]));
  });

  async function look(): Promise<Map<string, Seen>> {
    const { nodes } = await admin.ask(op.USERS, { first: 50 });
    const seen = new Map<string, Seen>();
    for (const { id, email, twoFactor } of nodes) {
      seen.set(id, { required: twoFactor.required, login: await login(world.client(), email) });
    }
    expect(seen.size).toBe(emails.size + 1);
    return seen;
  }

  async function compare(change: Record<string, unknown>, make: () => Promise<{ __typename: string }>) {
    const before = await look();
    const preview = await admin.ask(op.PREVIEW, { change });
    const unchanged = await look();
    expect([...unchanged].map(([id, { required }]) => [id, required])).toEqual(
      [...before].map(([id, { required }]) => [id, required]),
    );
    expect((await make()).__typename).not.toBe('Refused');
    const after = await look();
    const count = (test: (id: string) => boolean): number => [...after.keys()].filter(test).length;
    const mustEnroll = (id: string): boolean => {
      const { login: result } = after.get(id)!;
      return result.__typename === 'EnrollmentRequired' && result.graceEndsAt === null;
    };
    const came = {
      usersLookedAt: after.size,
      newlyRequired: count((id) => after.get(id)!.required && !before.get(id)!.required),
      noLongerRequired: count((id) => !after.get(id)!.required && before.get(id)!.required),
      mustEnrollAtNextSignIn: count(mustEnroll),
      leftWithoutMethod: count((id) => {
        const { login: result } = after.get(id)!;
        return result.__typename === 'EnrollmentRequired' && result.methods?.length === 0;
      }),
    };
    expect(preview).toMatchObject(came);
    return preview;
  }

  const settings = (twoFactor: Record<string, unknown>) => () =>
    admin.ask(op.UPDATE_SETTINGS, { input: { twoFactor } });
  const updateRole = (id: string, requireTwoFactor: boolean) => () =>
    admin.ask(op.UPDATE_ROLE, { id, input: { requireTwoFactor } });

  it('of a role that begins to require it', async () => {
    const change = { roleId: role.id, roleRequiresTwoFactor: true };
    const preview = await compare(change, updateRole(role.id, true));
    // Its holders, direct and by the group, but for the one who was asked already; portal users too.
    expect(preview).toMatchObject({ newlyRequired: 4, noLongerRequired: 0 });
  });

  it('of a role that no longer requires it', async () => {
    const preview = await compare(
      { roleId: graceful.id, roleRequiresTwoFactor: false },
      updateRole(graceful.id, false),
    );
    expect(preview).toMatchObject({ noLongerRequired: 2 });
  });

  it('of the role All', async () => {
    const all = (await admin.ask(op.ROLES)).find(({ name }: { name: string }) => name === 'All');
    const preview = await compare({ roleId: all.id, roleRequiresTwoFactor: true }, updateRole(all.id, true));
    expect(preview.newlyRequired).toBe(5);
  });

  it('of switching it off and on', async () => {
    await compare({ enabled: false }, () => admin.ask(op.DISABLE));
    await compare({ enabled: true }, () => admin.ask(op.ENABLE, { everyone: false }));
  });

  it('of other methods', async () => {
    await compare({ methods: ['TOTP'] }, settings({ methods: ['TOTP'] }));
    await compare({ methods: ['EMAIL'] }, settings({ methods: ['EMAIL'] }));
  });

  it('of methods that leave people without any', async () => {
    const preview = await compare({ methods: ['SMS'] }, settings({ methods: ['SMS'] }));
    expect(preview.leftWithoutMethod).toBeGreaterThan(0);
    expect(preview.administratorsLeftWithoutMethod).toBe(0);
    const sample = preview.leftWithoutMethodSample.map(({ id }: { id: string }) => id);
    expect(sample).toHaveLength(Math.min(preview.leftWithoutMethod, sample.length));
    for (const id of sample) expect(emails.has(id)).toBe(true);
  });

  it('of what a group hands on', async () => {
    const change = { groupId: group.id, groupRoleIds: [graceful.id] };
    await compare(change, () => admin.ask(op.UPDATE_GROUP, { id: group.id, input: { roleIds: [graceful.id] } }));
    await compare({ groupId: group.id, groupRoleIds: [] }, () =>
      admin.ask(op.UPDATE_GROUP, { id: group.id, input: { roleIds: [] } }),
    );
  });

  it('after grace has ended for some', async () => {
    world.clock.advance(5 * 24 * 3600);
    admin = await signedIn(world, house.email);
    await compare({ roleId: role.id, roleRequiresTwoFactor: true }, updateRole(role.id, true));
  });

  it('tells of administrators who would be left without a method, whom the change itself spares', async () => {
    const all = (await admin.ask(op.ROLES)).find(({ name }: { name: string }) => name === 'All');
    const change = { roleId: all.id, roleRequiresTwoFactor: true, methods: ['SMS'] };
    const preview = await admin.ask(op.PREVIEW, { change });
    expect(preview.administratorsLeftWithoutMethod).toBe(1);
    await admin.ask(op.UPDATE_ROLE, { id: all.id, input: { requireTwoFactor: true } });
    const refused = await settings({ methods: ['SMS'] })();
    expect(refused).toMatchObject({ code: 'WOULD_LOCK_OUT_ADMINISTRATORS' });
  });

  it('refuses what makes no sense, and is for those with the right', async () => {
    expect(await admin.errorOf(op.PREVIEW, { change: { roleId: role.id } })).toBe('BAD_USER_INPUT');
    expect(await admin.errorOf(op.PREVIEW, { change: { methods: [] } })).toBe('BAD_USER_INPUT');
    const missing = { roleId: '0'.repeat(36), roleRequiresTwoFactor: true };
    expect(await admin.errorOf(op.PREVIEW, { change: missing })).toBe('NOT_FOUND');
    const plain = await signedIn(world, [...emails.values()][2]!);
    expect(await plain.errorOf(op.PREVIEW, { change: { enabled: false } })).toBe('FORBIDDEN');
  });
});
