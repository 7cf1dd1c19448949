import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  createGroup,
  createRole,
  createUser,
  confirmAddress,
  enrollApp,
  enrollSignedIn,
  login,
  organization,
  settle,
  signedIn,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

interface Step {
  rule: string;
  holds: boolean;
  decisive: boolean;
}

describe.each(ENGINES)('explainTwoFactor, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const explain = (admin: Client, id: string, application = 'WEB') => admin.ask(op.EXPLAIN, { id, application });
  const decisive = ({ trace }: { trace: Step[] }): string | undefined => trace.find((step) => step.decisive)?.rule;
  const rulesOf = ({ trace }: { trace: Step[] }): string[] => trace.map(({ rule }) => rule);

  it('walks the rules in their order and marks the one that settles it', async () => {
    const { admin } = await organization(world);
    const { id } = await createUser(admin);
    const free = await explain(admin, id);
    expect(free).toMatchObject({ required: false, outcome: 'NOT_REQUIRED', methods: [] });
    expect(rulesOf(free)).toEqual([
      'organization-off',
      'mobile-not-covered',
      'role',
      'group-role',
      'portal-user',
      'user',
      'enrolled',
    ]);
    expect(decisive(free)).toBeUndefined();
    await admin.ask(op.UPDATE_USER, { id, input: { useTwoFactor: true } });
    const flagged = await explain(admin, id);
    expect(flagged).toMatchObject({ required: true, outcome: 'ENROLL', methods: ['TOTP', 'EMAIL'] });
    expect(decisive(flagged)).toBe('user');
    expect(rulesOf(flagged).at(-1)).toBe('user');
  });

  it('names the role, and the group through which it is held', async () => {
    const { admin } = await organization(world);
    const role = await createRole(admin, { name: 'Accounts Manager', requireTwoFactor: true });
    const group = await createGroup(admin, [role.id], 'Finance');
    const direct = await explain(admin, (await createUser(admin, { roleIds: [role.id] })).id);
    expect(direct.sentence).toContain('The role Accounts Manager requires a second factor.');
    expect(decisive(direct)).toBe('role');
    const handed = await explain(admin, (await createUser(admin, { groupIds: [group.id] })).id);
    expect(handed.sentence).toContain(
      'The role Accounts Manager, held through the group Finance, requires a second factor.',
    );
    expect(decisive(handed)).toBe('group-role');
  });

  it('a role is not weakened by "Use 2FA" NO, nor by a portal exemption', async () => {
    const { admin } = await organization(world);
    const role = await createRole(admin, { requireTwoFactor: true });
    const member = await createUser(admin, { roleIds: [role.id], useTwoFactor: false });
    const portal = await createUser(admin, { kind: 'PORTAL', roleIds: [role.id] });
    for (const { id, email } of [member, portal]) {
      expect(decisive(await explain(admin, id))).toBe('role');
      expect((await login(world.client(), email)).__typename).toBe('EnrollmentRequired');
    }
  });

  it('portal users: not by the role All, exempt while they have nothing, asked once they have enrolled', async () => {
    const { admin } = await organization(world, 'everyone');
    const { id, email } = await createUser(admin, { kind: 'PORTAL', useTwoFactor: true });
    const exempt = await explain(admin, id);
    expect(exempt).toMatchObject({ required: false, outcome: 'EXEMPT' });
    expect(decisive(exempt)).toBe('portal-user');
    const client = await signedIn(world, email);
    await enrollSignedIn(world, client);
    expect(decisive(await explain(admin, id))).toBe('user');
    expect((await login(world.client(), email)).__typename).toBe('SecondFactorRequired');

    const other = await createUser(admin, { kind: 'PORTAL', useTwoFactor: true });
    await settle(admin, { exemptPortalUsers: false });
    expect(decisive(await explain(admin, other.id))).toBe('user');
    const without = await createUser(admin, { kind: 'PORTAL' });
    expect(await explain(admin, without.id)).toMatchObject({ required: false, outcome: 'NOT_REQUIRED' });
  });

  it('says what an application changes', async () => {
    const { admin } = await organization(world, 'everyone');
    await settle(admin, { coverMobileApps: false });
    const { id } = await createUser(admin);
    expect(await explain(admin, id, 'MOBILE')).toMatchObject({ outcome: 'EXEMPT', required: false });
    expect(await explain(admin, id)).toMatchObject({ outcome: 'ENROLL', required: true });
  });

  it('off and suspended come first of all', async () => {
    const { admin } = await organization(world, 'everyone');
    const { id } = await createUser(admin, { useTwoFactor: true });
    const until = new Date(world.clock.now().getTime() + 60_000).toISOString();
    await admin.ask(op.SUSPEND, { until, reason: 'A test.' });
    const suspended = await explain(admin, id);
    expect(rulesOf(suspended)).toEqual(['organization-off']);
    expect(suspended.sentence).toContain(until);
    await admin.ask(op.DISABLE);
    expect(await explain(admin, id)).toMatchObject({ required: false, outcome: 'NOT_REQUIRED' });
  });

  it('agrees with what login then does, and with what the person and the administrator are shown', async () => {
    const { admin } = await organization(world);
    const required = await createRole(admin, { requireTwoFactor: true });
    const graceful = await createRole(admin, { requireTwoFactor: true, graceDays: 5 });
    const confirmed = await createUser(admin, { useTwoFactor: true });
    await confirmAddress(world, admin, confirmed);
    const enrolled = await createUser(admin, { useTwoFactor: true });
    await enrollApp(world, enrolled.email);
    const people = [
      confirmed,
      enrolled,
      await createUser(admin),
      await createUser(admin, { roleIds: [required.id] }),
      await createUser(admin, { roleIds: [graceful.id] }),
      await createUser(admin, { kind: 'PORTAL' }),
    ];
    const outcomes: string[] = [];
    for (const { id, email } of people) {
      const decision = await explain(admin, id);
      const result = await login(world.client(), email);
      const expected = (
        {
          NOT_REQUIRED: 'SignedIn',
          EXEMPT: 'SignedIn',
          CHALLENGE: 'SecondFactorRequired',
          ENROLL: 'EnrollmentRequired',
          ENROLL_IN_GRACE: 'EnrollmentRequired',
        } as Record<string, string>
      )[decision.outcome as string];
      expect(result.__typename).toBe(expected);
      const methods = (result.methods ?? []).map(({ method }: { method: string }) => method);
      expect(methods).toEqual(decision.methods);
      const { twoFactor } = await admin.ask(op.USER, { id });
      expect(twoFactor.required).toBe(decision.required);
      for (const { sentence } of result.reasons ?? []) expect(decision.sentence).toContain(sentence);
      outcomes.push(decision.outcome);
    }
    expect(outcomes).toEqual(['CHALLENGE', 'CHALLENGE', 'NOT_REQUIRED', 'ENROLL', 'ENROLL_IN_GRACE', 'EXEMPT']);
  });

  it('asking changes nothing, needs the right, and is not for service users', async () => {
    const { admin } = await organization(world);
    const role = await createRole(admin, { requireTwoFactor: true, graceDays: 5 });
    const { id, email } = await createUser(admin, { roleIds: [role.id] });
    await explain(admin, id);
    const rows = await world.dataSource.query<{ requirementReachedAt: unknown }[]>(
      `SELECT requirementReachedAt FROM users WHERE id = '${id}'`,
    );
    expect(rows[0]?.requirementReachedAt).toBeNull();
    const plain = await createUser(admin);
    const client = await signedIn(world, plain.email);
    expect(await client.errorOf(op.EXPLAIN, { id })).toBe('FORBIDDEN');
    expect(email).toBeDefined();
  });
});
