import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  again,
  auditOf,
  createGroup,
  createRole,
  createUser,
  enrollApp,
  enrollSignedIn,
  login,
  mailTo,
  organization,
  outcomeOf,
  settle,
  signedIn,
  updateUser,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const DAY = 24 * 3600;

describe.each(ENGINES)('two-factor around the person, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const verify = (client: Client, ticket: string, code: string, more: Record<string, unknown> = {}) =>
    client.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code, ...more } });

  /** A person with an app, and the clock a step later. */
  async function withApp(admin: Client) {
    const user = await createUser(admin);
    const client = await signedIn(world, user.email);
    const enrolled = await enrollSignedIn(world, client);
    world.clock.advance(30);
    return { ...user, ...enrolled } as { id: string; email: string } & typeof enrolled;
  }

  describe('3.5 "Remember this browser" for 90 days', () => {
    it('does not ask again in that browser until they have passed', async () => {
      const { admin } = await organization(world);
      await settle(admin, { rememberBrowserDays: 90 });
      const { email, app } = await withApp(admin);
      const asked = await login(world.client(), email);
      expect(asked.rememberBrowserDays).toBe(90);
      const first = await verify(world.client(), asked.ticket, app(world.clock.now()), { rememberBrowser: true });
      let trustedBrowserToken: string = first.trustedBrowserToken;
      expect(trustedBrowserToken).toEqual(expect.any(String));
      for (const days of [1, 58, 30]) {
        world.clock.advance(days * DAY);
        const result = await login(world.client(), email, undefined, { trustedBrowserToken });
        expect(result.amr).toEqual(['pwd', 'trusted-browser']);
        expect(result.trustedBrowserToken).not.toBe(trustedBrowserToken);
        trustedBrowserToken = result.trustedBrowserToken;
      }
      // Day 89: it was used a moment ago, which prolongs nothing.
      world.clock.advance(DAY);
      const over = await login(world.client(), email, undefined, { trustedBrowserToken });
      expect(over.__typename).toBe('SecondFactorRequired');
    });

    it('only where the person ticked it, in no other browser, and not without the password', async () => {
      const { admin } = await organization(world);
      await settle(admin, { rememberBrowserDays: 90 });
      const { email, app } = await withApp(admin);
      const unticked = await verify(
        world.client(),
        (await login(world.client(), email)).ticket,
        app(world.clock.now()),
      );
      expect(unticked).toMatchObject({ __typename: 'SignedIn', trustedBrowserToken: null });
      world.clock.advance(30);
      const { ticket } = await login(world.client(), email);
      const { trustedBrowserToken } = await verify(world.client(), ticket, app(world.clock.now()), {
        rememberBrowser: true,
      });
      expect((await login(world.client(), email)).__typename).toBe('SecondFactorRequired');
      const wrong = await login(world.client(), email, 'not the password at all', { trustedBrowserToken });
      expect(outcomeOf(wrong)).toBe('INVALID_CREDENTIALS');
    });

    it('is offered for 90 days at most, and not at all where it is set to none', async () => {
      const { admin } = await organization(world);
      const input = { twoFactor: { rememberBrowserDays: 91 } };
      expect(outcomeOf(await admin.ask(op.UPDATE_SETTINGS, { input }))).toBe('INVALID_VALUE');
      const { email, app } = await withApp(admin);
      const asked = await login(world.client(), email);
      expect(asked.rememberBrowserDays).toBeNull();
      const result = await verify(world.client(), asked.ticket, app(world.clock.now()), { rememberBrowser: true });
      expect(result).toMatchObject({ __typename: 'SignedIn', trustedBrowserToken: null });
    });
  });

  describe('3.6 an administrator', () => {
    it('sees it on or off, for one and in the list', async () => {
      const { admin } = await organization(world);
      const on = await withApp(admin);
      const off = await createUser(admin);
      expect((await admin.ask(op.USER, { id: on.id })).twoFactor).toMatchObject({ enrolled: true, required: true });
      expect((await admin.ask(op.USER, { id: off.id })).twoFactor).toMatchObject({ enrolled: false, required: false });
      const { nodes } = await admin.ask(op.USERS, { filter: { enrolled: true } });
      expect(nodes.map(({ id }: { id: string }) => id)).toEqual([on.id]);
    });

    it('can disable it for somebody who lost their phone, which ends what was open', async () => {
      const house = await organization(world);
      const { id, email, app } = await withApp(house.admin);
      const client = world.client();
      client.token = (await verify(client, (await login(client, email)).ticket, app(world.clock.now()))).accessToken;
      const disabled = await house.admin.ask(op.DISABLE_USER, { id });
      expect(disabled.twoFactor).toMatchObject({ use: false, enrolled: false, recoveryCodesLeft: 0 });
      expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
      expect((await login(world.client(), email)).amr).toEqual(['pwd']);
      await mailTo(world, email, /was switched off/);
      const [event] = await auditOf(house.admin, { key: 'factor.disabled-by-admin', subjectId: id });
      expect(event?.facts.removed).toBe('TOTP');
    });

    it('cannot enable it: YES means that the person is asked at the next sign-in', async () => {
      const { admin } = await organization(world);
      const { id, email } = await createUser(admin);
      const { twoFactor } = await updateUser(admin, id, { useTwoFactor: true });
      expect(twoFactor).toMatchObject({ use: true, enrolled: false });
      const { result } = await enrollApp(world, email);
      expect(result.amr).toEqual(['pwd', 'otp']);
    });
  });

  describe('3.7 required', () => {
    async function insistsOn(email: string, sentence: RegExp) {
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const client = world.client();
        const asked = await login(client, email);
        expect(asked).toMatchObject({ __typename: 'EnrollmentRequired', canDecline: false, graceEndsAt: null });
        expect(asked.reasons.map((reason: { sentence: string }) => reason.sentence).join(' ')).toMatch(sentence);
        const declined = await client.ask(op.DECLINE, { ticket: asked.ticket });
        expect(outcomeOf(declined)).toBe('DECLINE_NOT_ALLOWED');
        client.token = asked.ticket;
        expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
        const guess = { ticket: asked.ticket, method: 'TOTP', code: '000000' };
        expect((await client.ask(op.VERIFY, { input: guess })).__typename).toBe('Refused');
      }
      const { client } = await enrollApp(world, email);
      expect((await client.ask(op.ME)).twoFactor.enrolled).toBe(true);
    }

    it('by a role: prompted with instructions, again the next time, and never in without', async () => {
      const { admin } = await organization(world);
      const role = await createRole(admin, { name: 'Accounts Manager', requireTwoFactor: true });
      const { email } = await createUser(admin, { roleIds: [role.id] });
      await insistsOn(email, /The role Accounts Manager requires a second factor/);
    });

    it('by a group that has the role, in the same way', async () => {
      const { admin } = await organization(world);
      const role = await createRole(admin, { name: 'Accounts Manager', requireTwoFactor: true });
      const group = await createGroup(admin, [role.id], 'Finance');
      const { email } = await createUser(admin, { groupIds: [group.id] });
      await insistsOn(email, /The role Accounts Manager, held through the group Finance, requires a second factor/);
    });

    it('reaches members when the role is ticked later, and lets them off when it is taken away', async () => {
      const { admin } = await organization(world);
      const role = await createRole(admin);
      const group = await createGroup(admin, [role.id]);
      const { id, email } = await createUser(admin, { groupIds: [group.id] });
      expect((await login(world.client(), email)).__typename).toBe('SignedIn');
      await admin.ask(op.UPDATE_ROLE, { id: role.id, input: { requireTwoFactor: true } });
      expect((await login(world.client(), email)).__typename).toBe('EnrollmentRequired');
      await updateUser(admin, id, { groupIds: [] });
      expect((await login(world.client(), email)).__typename).toBe('SignedIn');
    });

    it('ends a session that no longer has what is demanded, at its next refresh', async () => {
      const { admin } = await organization(world);
      const { email } = await createUser(admin);
      const { refreshToken } = await login(world.client(), email);
      const all = (await admin.ask(op.ROLES)).find(({ name }: { name: string }) => name === 'All');
      await admin.ask(op.UPDATE_ROLE, { id: all.id, input: { requireTwoFactor: true } });
      expect((await world.client().ask(op.REFRESH, { token: refreshToken })).__typename).toBe('Refused');
    });
  });

  describe('3.8 clocks', () => {
    it.each([
      ['ahead', 120, /120 seconds ahead/],
      ['behind', -90, /90 seconds behind/],
      ['ten steps ahead', 300, /300 seconds ahead/],
    ])('a phone that is %s is told so, and not let in', async (_name, seconds, sentence) => {
      const { admin } = await organization(world);
      const { email, app } = await withApp(admin);
      // Far enough from the code that enrolled, or one that is behind would be spent.
      world.clock.advance(600);
      const { ticket } = await login(world.client(), email);
      const phone = new Date(world.clock.now().getTime() + seconds * 1000);
      const refused = await verify(world.client(), ticket, app(phone));
      expect(refused).toMatchObject({ code: 'OTP_INVALID', attemptsLeft: 4 });
      expect(refused.message).toMatch(/^Otp invalid!/);
      expect(refused.message).toMatch(sentence);
    });

    it('farther away it is simply wrong, and one step either side is right', async () => {
      const house = await organization(world);
      const { email, app } = await withApp(house.admin);
      world.clock.advance(600);
      const at = (steps: number) => app(new Date(world.clock.now().getTime() + steps * 30_000));
      const { ticket } = await login(world.client(), email);
      expect((await verify(world.client(), ticket, at(11))).message).toBe('Otp invalid!');
      expect(outcomeOf(await verify(world.client(), ticket, at(2)))).toBe('OTP_INVALID');
      expect(outcomeOf(await verify(world.client(), ticket, at(-2)))).toBe('OTP_INVALID');
      expect(outcomeOf(await verify(world.client(), ticket, at(-1)))).toBe('SignedIn');
      const { ticket: next } = await login(world.client(), email);
      expect(outcomeOf(await verify(world.client(), next, at(1)))).toBe('SignedIn');
      const events = await auditOf(await again(world, house), { key: 'second-factor.refused' });
      expect(events.map(({ facts }) => facts.why).sort()).toEqual(['clock', 'clock', 'wrong']);
    });

    it('says nothing of clocks before the password was right', async () => {
      const { admin } = await organization(world);
      const { app } = await withApp(admin);
      const ahead = app(new Date(world.clock.now().getTime() + 120_000));
      const refused = await verify(world.client(), 'x'.repeat(43), ahead);
      expect(refused).toMatchObject({ code: 'TICKET_INVALID' });
      expect(refused.message).not.toMatch(/clock/);
    });
  });
});
