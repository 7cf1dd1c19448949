import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { administrator, createUser, enrollApp, login, PASSWORD, reauthenticate, signedIn } from '../support/people.js';
import { auditOf, begun, confirmedUser, roleNamed, serviceDesk, switchOn } from '../support/scenes.js';
import { authenticator } from '../support/totp.js';
import { ADMIN, ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('"Use 2FA" and "Can toggle", on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await switchOn(desk);
  });
  afterAll(() => world.stop());

  const update = (client: Client, id: string, input: Record<string, unknown>) =>
    client.ask(op.UPDATE_USER, { id, input });
  const setUse = (client: Client, use: boolean) => client.ask(op.SET_USE, { use });

  describe('1.1 an administrator sets "Use 2FA"', () => {
    it('for somebody else, whose next sign-in prompts for the set-up', async () => {
      const admin = await administrator(world);
      const { id, email } = await createUser(admin);
      const client = await signedIn(world, email);
      expect(await update(admin, id, { useTwoFactor: true })).toMatchObject({
        __typename: 'User',
        twoFactor: { use: true, required: true, enrolled: false, factors: [] },
      });
      // What they are doing at the moment is not cut off, but cannot be renewed.
      expect(await client.ask(op.ME)).toMatchObject({ id, twoFactor: { use: true } });
      const { result } = await begun(world, email, 'EnrollmentRequired');
      expect(result.reasons).toEqual([{ rule: 'user', sentence: '"Use 2FA" is YES for this user.' }]);
      const events = await auditOf(desk, id);
      expect(events.find(({ key }) => key === 'user.two-factor-use-changed')).toMatchObject({
        actorEmail: ADMIN.email,
      });
    });

    it('back to NO before anything was set up, and nothing is asked', async () => {
      const { id, email } = await createUser(desk, { useTwoFactor: true });
      const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
      await update(desk, id, { useTwoFactor: false });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
      // The set-up that was begun is not forced on them either.
      expect(await client.ask(op.DECLINE, { ticket })).toMatchObject({ __typename: 'SignedIn' });
    });

    it('for themselves, whose next sign-in prompts as well', async () => {
      const { id: roleId } = await roleNamed(desk, 'Administrator');
      const { id, email } = await createUser(desk, { roleIds: [roleId] });
      const admin = await signedIn(world, email);
      expect(await update(admin, id, { useTwoFactor: true })).toMatchObject({
        __typename: 'User',
        twoFactor: { use: true },
      });
      await enrollApp(world, email);
      await begun(world, email, 'SecondFactorRequired');
    });

    it('takes away for good what somebody had set up, by disabling it for them', async () => {
      const { id, email } = await createUser(desk, { useTwoFactor: true });
      await enrollApp(world, email);
      expect(await desk.ask(op.DISABLE_USER, { id })).toMatchObject({
        __typename: 'User',
        twoFactor: { use: false, required: false, enrolled: false, recoveryCodesLeft: 0 },
      });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn', amr: ['pwd'] });
    });

    it('cannot set a factor up for somebody else, by any operation there is', async () => {
      const { id } = await createUser(desk);
      const admin = await administrator(world);
      const started = await admin.ask(op.START, { input: { method: 'TOTP' } });
      expect(started).toMatchObject({ __typename: 'Enrollment' });
      const code = authenticator(started.totp.secret as string)(world.clock.now());
      const client = await signedIn(world, (await createUser(desk)).email);
      const input = { enrollmentId: started.id, code };
      expect(await client.ask(op.CONFIRM, { input })).toMatchObject({ code: 'ENROLLMENT_INVALID' });
      expect(await desk.ask(op.USER, { id })).toMatchObject({ twoFactor: { enrolled: false } });
    });

    it('needs the permission, the view of the user, and a recent proof of who one is', async () => {
      const { id, email } = await createUser(desk);
      const client = await signedIn(world, email);
      expect(await client.errorOf(op.UPDATE_USER, { id, input: { useTwoFactor: false } })).toBe('FORBIDDEN');
      const idle = world.client();
      idle.token = (await login(idle, ADMIN.email, ADMIN.password)).accessToken;
      expect(await idle.errorOf(op.UPDATE_USER, { id, input: { useTwoFactor: true } })).toBe(
        'REAUTHENTICATION_REQUIRED',
      );
      const helpers = await desk.ask(op.CREATE_ROLE, {
        input: { name: 'Branch help', permissions: ['USERS_WRITE'], visibility: 'OWN_GROUPS' },
      });
      const helper = await signedIn(world, (await createUser(desk, { roleIds: [helpers.id] })).email);
      expect(await helper.errorOf(op.UPDATE_USER, { id, input: { useTwoFactor: true } })).toBe('NOT_FOUND');
    });
  });

  describe('1.2 "Can toggle" NO: the user can change nothing, by no door', () => {
    const fixed = (input: Record<string, unknown> = {}) => createUser(desk, { canToggleTwoFactor: false, ...input });
    const refused = { __typename: 'Refused', code: 'TOGGLE_NOT_ALLOWED' };

    it('not on: neither by the setting nor by setting a factor up', async () => {
      const { email } = await fixed();
      const client = await signedIn(world, email);
      expect(await setUse(client, true)).toMatchObject(refused);
      for (const method of ['TOTP', 'EMAIL']) {
        expect(await client.ask(op.START, { input: { method } })).toMatchObject(refused);
      }
      expect(await client.errorOf(op.UPDATE_USER, { id: '1', input: { canToggleTwoFactor: true } })).toBe('FORBIDDEN');
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('not by a set-up that had begun before', async () => {
      const { id, email } = await createUser(desk);
      const client = await signedIn(world, email);
      const { id: enrollmentId, totp } = await client.ask(op.START, { input: { method: 'TOTP' } });
      await update(desk, id, { canToggleTwoFactor: false });
      const code = authenticator(totp.secret as string)(world.clock.now());
      expect(await client.ask(op.CONFIRM, { input: { enrollmentId, code } })).toMatchObject(refused);
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('not off: neither by the setting, nor by taking the factor away, nor by a reset, nor at the sign-in', async () => {
      const { email } = await fixed({ useTwoFactor: true });
      const { client: waiting, ticket, result } = await begun(world, email, 'EnrollmentRequired');
      expect(result.canDecline).toBe(false);
      expect(await waiting.ask(op.DECLINE, { ticket })).toMatchObject({ code: 'DECLINE_NOT_ALLOWED' });

      const { client, app } = await enrollApp(world, email);
      world.clock.advance(30);
      await reauthenticate(client, PASSWORD, { method: 'TOTP', code: app(world.clock.now()) });
      expect(await setUse(client, false)).toMatchObject(refused);
      const { twoFactor } = await client.ask(op.ME);
      const removed = await client.ask(op.REMOVE_FACTOR, { id: twoFactor.factors[0].id });
      expect(removed).toMatchObject({ __typename: 'Refused', code: 'REQUIRED_BY_POLICY' });
      expect(await client.ask(op.ME)).toMatchObject({ twoFactor: { use: true, enrolled: true } });

      // A new phone is no change of the setting: it is asked for all the same, and cannot be declined.
      expect(await client.ask(op.RESET_MINE)).toMatchObject({ __typename: 'User' });
      expect((await begun(world, email, 'EnrollmentRequired')).result.canDecline).toBe(false);
    });

    it('not off where it was enrolled of their own accord before', async () => {
      const { id, email } = await createUser(desk);
      const own = await signedIn(world, email);
      const { id: enrollmentId, totp } = await own.ask(op.START, { input: { method: 'TOTP' } });
      const app = authenticator(totp.secret as string);
      await own.ask(op.CONFIRM, { input: { enrollmentId, code: app(world.clock.now()) } });
      await update(desk, id, { canToggleTwoFactor: false });
      const { twoFactor } = await own.ask(op.ME);
      expect(await setUse(own, false)).toMatchObject(refused);
      expect(await own.ask(op.REMOVE_FACTOR, { id: twoFactor.factors[0].id })).toMatchObject(refused);
      expect(await own.ask(op.RESET_MINE)).toMatchObject(refused);
      await begun(world, email, 'SecondFactorRequired');
    });
  });

  describe('1.3 users see their setting, and change it where they may', () => {
    it('YES: the next sign-in sets up; NO: nothing is asked', async () => {
      const { email } = await createUser(desk);
      const client = await signedIn(world, email);
      expect(await client.ask(op.ME)).toMatchObject({
        twoFactor: { use: false, canToggle: true, required: false, enrolled: false, factors: [], recoveryCodesLeft: 0 },
      });
      expect(await setUse(client, true)).toMatchObject({
        __typename: 'User',
        twoFactor: { use: true, required: true },
      });
      await begun(world, email, 'EnrollmentRequired');
      expect(await setUse(client, false)).toMatchObject({ twoFactor: { use: false, required: false } });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('NO takes what was set up away: factors and recovery codes', async () => {
      const { email } = await createUser(desk, { useTwoFactor: true });
      const { client, app, recoveryCodes } = await enrollApp(world, email);
      world.clock.advance(30);
      await reauthenticate(client, PASSWORD, { method: 'TOTP', code: app(world.clock.now()) });
      expect(await setUse(client, false)).toMatchObject({ twoFactor: { enrolled: false, recoveryCodesLeft: 0 } });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
      await setUse(client, true);
      const { client: again, ticket } = await begun(world, email, 'EnrollmentRequired');
      const input = { ticket, method: 'RECOVERY_CODE', code: recoveryCodes[0] };
      expect(await again.ask(op.VERIFY, { input })).toMatchObject({ __typename: 'Refused' });
    });

    it('a stolen session changes nothing: it needs the password, and the factor where there is one', async () => {
      const { email } = await createUser(desk, { useTwoFactor: true });
      const { client } = await enrollApp(world, email);
      expect(await client.errorOf(op.SET_USE, { use: false })).toBe('REAUTHENTICATION_REQUIRED');
      const input = { password: PASSWORD };
      expect(await client.ask(op.REAUTHENTICATE, { input })).toMatchObject({ code: 'OTP_INVALID' });
      const guess = { password: 'not the password at all', method: 'TOTP', code: '000000' };
      expect(await client.ask(op.REAUTHENTICATE, { input: guess })).toMatchObject({ code: 'INVALID_CREDENTIALS' });
      expect(await client.errorOf(op.SET_USE, { use: false })).toBe('REAUTHENTICATION_REQUIRED');
    });

    it('what a role requires cannot be switched off, whatever the setting says', async () => {
      const role = await desk.ask(op.CREATE_ROLE, { input: { name: 'Treasury', requireTwoFactor: true } });
      const { email } = await createUser(desk, { roleIds: [role.id] });
      const { client, app } = await enrollApp(world, email);
      world.clock.advance(30);
      await reauthenticate(client, PASSWORD, { method: 'TOTP', code: app(world.clock.now()) });
      expect(await client.ask(op.ME)).toMatchObject({ twoFactor: { use: false, required: true, canToggle: true } });
      expect(await setUse(client, false)).toMatchObject({ code: 'REQUIRED_BY_POLICY' });
    });

    it('is seen by an administrator on the profile, without a secret', async () => {
      const { id, email } = await confirmedUser(world, desk, { useTwoFactor: true, phone: '+31612000000' });
      const profile = await desk.ask(op.USER, { id });
      expect(profile).toMatchObject({ email, twoFactor: { use: true, canToggle: true, required: true } });
      const asked = await desk.send(`{ user(id: "${id}") { twoFactor { factors { secret } } } }`);
      expect(asked.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    });
  });
});
