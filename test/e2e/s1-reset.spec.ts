import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SetupService } from '../../src/administration/index.js';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  administrator,
  createUser,
  enrollApp,
  login,
  PASSWORD,
  reauthenticate,
  signInWithApp,
} from '../support/people.js';
import { auditOf, begun, freshMail, roleNamed, serviceDesk, setTwoFactor, tickAll } from '../support/scenes.js';
import { ADMIN, ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('"Reset 2FA", on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP'], rememberBrowserDays: 30 });
    await desk.ask(op.ENABLE, { everyone: false });
  });
  afterAll(() => world.stop());

  const reset = (client: Client, id: string) => client.ask(op.RESET_USER, { id });
  const now = (): Date => world.clock.now();

  async function enrolled(input: Record<string, unknown> = {}) {
    const { id, email } = await createUser(desk, { useTwoFactor: true, ...input });
    return { id: id as string, email: email as string, ...(await enrollApp(world, email)) };
  }

  describe('1.9 by another administrator', () => {
    it('the next sign-in sets up anew, and the old app opens nothing', async () => {
      const admin = await administrator(world);
      const { id, email, app } = await enrolled();
      expect(await reset(admin, id)).toMatchObject({
        __typename: 'User',
        twoFactor: { use: true, required: true, enrolled: false, factors: [], recoveryCodesLeft: 0 },
      });
      const renewed = await enrollApp(world, email);
      world.clock.advance(30);
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      const verify = (code: string) => client.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code } });
      expect(await verify(app(now()))).toMatchObject({ code: 'OTP_INVALID' });
      expect(await verify(renewed.app(now()))).toMatchObject({ __typename: 'SignedIn' });
    });

    it('also of another administrator, who is told by mail; and it is audited', async () => {
      const { id: roleId } = await roleNamed(desk, 'Administrator');
      const { id, email } = await enrolled({ roleIds: [roleId] });
      world.clock.advance(1);
      const admin = await administrator(world);
      expect(await reset(admin, id)).toMatchObject({ __typename: 'User' });
      expect((await freshMail(world, email, /was reset/)).text).toContain('was reset');
      const events = await auditOf(desk, id);
      expect(events.find(({ key }) => key === 'factor.reset-by-admin')).toMatchObject({ actorEmail: ADMIN.email });
      await begun(world, email, 'EnrollmentRequired');
    });

    it('ends what the old factor had opened: sessions, trusted browsers, tickets, recovery codes', async () => {
      const { id, email, app, client: session, recoveryCodes, result } = await enrolled();
      world.clock.advance(30);
      const first = await begun(world, email, 'SecondFactorRequired');
      const input = { ticket: first.ticket, method: 'TOTP', code: app(now()), rememberBrowser: true };
      const { trustedBrowserToken } = await first.client.ask(op.VERIFY, { input });
      const trusted = await login(world.client(), email, PASSWORD, { trustedBrowserToken });
      expect(trusted).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'trusted-browser'] });
      const half = await begun(world, email, 'SecondFactorRequired');

      await reset(desk, id);
      expect(await session.errorOf(op.ME)).toBe('UNAUTHENTICATED');
      expect(await session.ask(op.REFRESH, { token: result.refreshToken })).toMatchObject({ __typename: 'Refused' });
      for (const [method, code] of [
        ['TOTP', app(now())],
        ['RECOVERY_CODE', recoveryCodes[0]],
      ]) {
        const again = { ticket: half.ticket, method, code };
        expect(await half.client.ask(op.VERIFY, { input: again })).toMatchObject({ code: 'TICKET_INVALID' });
      }
      const more = { trustedBrowserToken: trusted.trustedBrowserToken ?? trustedBrowserToken };
      expect(await login(world.client(), email, PASSWORD, more)).toMatchObject({ __typename: 'EnrollmentRequired' });
    });

    it('where it was of their own accord, policy decides: nothing is asked any more', async () => {
      const { id, email } = await enrolled();
      await desk.ask(op.UPDATE_USER, { id, input: { useTwoFactor: false } });
      await begun(world, email, 'SecondFactorRequired');
      await reset(desk, id);
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('of nothing is no error, and of nobody is', async () => {
      const { id } = await createUser(desk);
      expect(await reset(desk, id)).toMatchObject({ __typename: 'User', twoFactor: { enrolled: false } });
      expect(await desk.errorOf(op.RESET_USER, { id: '01890000-0000-7000-8000-000000000000' })).toBe('NOT_FOUND');
    });

    it('is not for users, nor for a help desk that holds less than whom it would reset', async () => {
      const { id: roleId } = await roleNamed(desk, 'Administrator');
      const target = await enrolled({ roleIds: [roleId] });
      const { client } = await enrolled();
      expect(await client.errorOf(op.RESET_USER, { id: target.id })).toBe('FORBIDDEN');
      const helpers = await desk.ask(op.CREATE_ROLE, {
        input: { name: 'Help desk', permissions: ['USERS_WRITE'], visibility: 'ALL' },
      });
      const helper = await enrolled({ roleIds: [helpers.id] });
      expect(await helper.client.errorOf(op.RESET_USER, { id: target.id })).toBe('REAUTHENTICATION_REQUIRED');
      world.clock.advance(30);
      await reauthenticate(helper.client, PASSWORD, { method: 'TOTP', code: helper.app(now()) });
      expect(await reset(helper.client, target.id)).toMatchObject({ __typename: 'Refused', code: 'NOT_GRANTABLE' });
      await begun(world, target.email, 'SecondFactorRequired');
    });
  });

  describe('1.10 by the operator, for the only administrator', () => {
    const operator = () => world.app.get(SetupService, { strict: false });

    it('with a reason, which is audited; the person is told, and sets up anew', async () => {
      await tickAll(desk, true);
      const { client } = await enrollApp(world, ADMIN.email, ADMIN.password);
      const { id } = await client.ask(op.ME);
      world.clock.advance(1);
      const reason = 'Phone lost at sea; called back on the number of the contract.';
      expect(await operator().resetFactor(` ${ADMIN.email.toUpperCase()} `, reason)).toMatchObject({
        email: ADMIN.email,
      });
      expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
      expect((await freshMail(world, ADMIN.email, /was reset/)).subject).toContain('was reset');
      const event = (await auditOf(desk, id)).find(({ key }) => key === 'factor.reset-by-operator');
      expect(event).toMatchObject({ actorEmail: null });
      expect(event?.facts).toContainEqual({ name: 'reason', value: reason });
      expect((await login(world.client(), ADMIN.email, ADMIN.password)).__typename).toBe('EnrollmentRequired');
      await enrollApp(world, ADMIN.email, ADMIN.password);
      await tickAll(desk, false);
    });

    it('not without a reason, nor of nobody', async () => {
      const { email } = await enrolled();
      expect(await operator().resetFactor(email, '  ')).toMatchObject({ code: 'INVALID_VALUE' });
      expect(await operator().resetFactor('nobody@example.com', 'Lost phone.')).toMatchObject({
        code: 'INVALID_VALUE',
      });
      await begun(world, email, 'SecondFactorRequired');
    });
  });

  describe('1.11 of one’s own, for a new phone', () => {
    it('after the password and the present factor, the next sign-in sets up anew', async () => {
      const { id, email, app } = await enrolled();
      const client = await signInWithApp(world, email, app);
      const other = await signInWithApp(world, email, app);
      expect(await client.errorOf(op.RESET_MINE)).toBe('REAUTHENTICATION_REQUIRED');
      world.clock.advance(30);
      await reauthenticate(client, PASSWORD, { method: 'TOTP', code: app(now()) });
      expect(await client.ask(op.RESET_MINE)).toMatchObject({
        __typename: 'User',
        twoFactor: { enrolled: false, use: true },
      });
      expect((await freshMail(world, email, /was reset/)).subject).toContain('was reset');
      expect((await auditOf(desk, id)).map(({ key }) => key)).toContain('factor.reset-by-self');
      // This session goes on; all others end.
      expect(await client.ask(op.ME)).toMatchObject({ email });
      expect(await other.errorOf(op.ME)).toBe('UNAUTHENTICATED');

      const renewed = await enrollApp(world, email);
      await signInWithApp(world, email, renewed.app);
    });

    it('who had enrolled of their own accord enrolls anew as well: a reset switches nothing off', async () => {
      const { id, email, app } = await enrolled();
      await desk.ask(op.UPDATE_USER, { id, input: { useTwoFactor: false } });
      const client = await signInWithApp(world, email, app);
      world.clock.advance(30);
      await reauthenticate(client, PASSWORD, { method: 'TOTP', code: app(now()) });
      expect(await client.ask(op.RESET_MINE)).toMatchObject({ twoFactor: { use: true, required: true } });
      await begun(world, email, 'EnrollmentRequired');
    });

    it('twice there is nothing left to reset', async () => {
      const { email, app } = await enrolled();
      const client = await signInWithApp(world, email, app);
      world.clock.advance(30);
      await reauthenticate(client, PASSWORD, { method: 'TOTP', code: app(now()) });
      await client.ask(op.RESET_MINE);
      expect(await client.ask(op.RESET_MINE)).toMatchObject({ __typename: 'Refused', code: 'INVALID_VALUE' });
    });

    it('a wrong code opens it to nobody', async () => {
      const { email, app } = await enrolled();
      const client = await signInWithApp(world, email, app);
      const used = app(now());
      for (const code of ['000000', used, '']) {
        const input = { password: PASSWORD, method: 'TOTP', code };
        expect(await client.ask(op.REAUTHENTICATE, { input })).toMatchObject({ __typename: 'Refused' });
      }
      expect(await client.errorOf(op.RESET_MINE)).toBe('REAUTHENTICATION_REQUIRED');
    });
  });
});
