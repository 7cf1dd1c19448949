import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  again,
  auditOf,
  createRole,
  createUser,
  enrollApp,
  enrollSignedIn,
  login,
  organization,
  outcomeOf,
  settle,
  signedIn,
  signInWithApp,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const DAY = 24 * 3600;

describe.each(ENGINES)('two-factor for an organization, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const roleAll = async (admin: Client) =>
    (await admin.ask(op.ROLES)).find(({ name }: { name: string }) => name === 'All');

  describe('4.1 by those with the right, for everyone', () => {
    it('nobody else switches it on, or suspends it', async () => {
      const { admin } = await organization(world, 'off');
      const role = await createRole(admin, { permissions: ['USERS_READ', 'USERS_WRITE', 'SETTINGS_READ'] });
      const { email } = await createUser(admin, { roleIds: [role.id] });
      const staff = await signedIn(world, email);
      const until = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
      expect(await staff.errorOf(op.ENABLE, { everyone: true })).toBe('FORBIDDEN');
      expect(await staff.errorOf(op.DISABLE)).toBe('FORBIDDEN');
      expect(await staff.errorOf(op.SUSPEND, { until, reason: 'I want to.' })).toBe('FORBIDDEN');
      expect(await staff.errorOf(op.RESUME)).toBe('FORBIDDEN');
      expect((await staff.ask(op.SETTINGS)).twoFactor.enabled).toBe(false);
      const denied = await auditOf(admin, { key: 'access.denied' });
      expect(denied.map(({ facts }) => facts.operation)).toEqual([
        'resumeTwoFactor',
        'suspendTwoFactor',
        'disableTwoFactor',
        'enableTwoFactor',
      ]);
    });

    it('whoever has the right has to reauthenticate, and then it holds for everyone at the next sign-in', async () => {
      const { admin, email: own } = await organization(world, 'off');
      const role = await createRole(admin, { permissions: ['SETTINGS_WRITE', 'SETTINGS_READ'] });
      const officer = await createUser(admin, { roleIds: [role.id] });
      const plain = await createUser(admin);
      const hasty = world.client();
      hasty.token = (await login(hasty, officer.email)).accessToken;
      expect(await hasty.errorOf(op.ENABLE)).toBe('REAUTHENTICATION_REQUIRED');
      const client = await signedIn(world, officer.email);
      expect((await client.ask(op.ENABLE)).twoFactor.enabled).toBe(true);
      expect((await roleAll(admin)).requireTwoFactor).toBe(true);
      for (const email of [officer.email, plain.email, own]) {
        expect((await login(world.client(), email)).__typename).toBe('EnrollmentRequired');
      }
    });

    it('not for everyone where that is said, and saving other settings never ticks the role All', async () => {
      const { admin } = await organization(world, 'off');
      await admin.ask(op.ENABLE, { everyone: false });
      expect((await roleAll(admin)).requireTwoFactor).toBe(false);
      await settle(admin, { issuer: 'Other name', rememberBrowserDays: 30 });
      expect((await roleAll(admin)).requireTwoFactor).toBe(false);
      // On already: there is nothing from off to on.
      await admin.ask(op.ENABLE, { everyone: true });
      expect((await roleAll(admin)).requireTwoFactor).toBe(false);
    });

    it('off asks nobody, and on again the apps that stood still serve', async () => {
      const house = await organization(world, 'everyone');
      const { email } = await createUser(house.admin);
      const { app } = await enrollApp(world, email);
      await house.admin.ask(op.DISABLE);
      expect((await login(world.client(), email)).amr).toEqual(['pwd']);
      await house.admin.ask(op.ENABLE, { everyone: false });
      await signInWithApp(world, email, app);
    });
  });

  describe('4.2 "also for mobile app access"', () => {
    async function register(admin: Client, kind = 'MOBILE') {
      const made = await admin.ask(op.CREATE_APPLICATION, { name: `App ${String(Math.random())}`, kind });
      return { id: made.application.id as string, secret: made.secret as string };
    }

    it('a proven mobile application is exempt while mobile apps are not covered, and asked when they are', async () => {
      const { admin } = await organization(world, 'everyone');
      const { id, email } = await createUser(admin);
      const application = await register(admin);
      expect((await login(world.client(), email, undefined, { application })).__typename).toBe('EnrollmentRequired');
      await settle(admin, { coverMobileApps: false });
      expect((await login(world.client(), email, undefined, { application })).amr).toEqual(['pwd']);
      const exempt = await admin.ask(op.EXPLAIN, { id, application: 'MOBILE' });
      expect(exempt).toMatchObject({ required: false, outcome: 'EXEMPT' });
      // A caller that proves nothing is WEB, whatever it says of itself.
      const claimant = world.client({ 'user-agent': 'Countersign mobile app', 'x-application-kind': 'MOBILE' });
      expect((await login(claimant, email)).__typename).toBe('EnrollmentRequired');
    });

    it.each(['wrong secret', 'unknown', 'deleted', 'of another organization', 'registered as WEB'])(
      'an application that is %s opens nothing more',
      async (what) => {
        const { admin } = await organization(world, 'everyone');
        await settle(admin, { coverMobileApps: false });
        const { email } = await createUser(admin);
        let application = await register(admin);
        if (what === 'wrong secret') application.secret = 'x'.repeat(43);
        if (what === 'unknown') application.id = '0'.repeat(36);
        if (what === 'deleted') await admin.ask(op.DELETE_APPLICATION, { id: application.id });
        if (what === 'of another organization') application = await register((await organization(world)).admin);
        if (what === 'registered as WEB') application = await register(admin, 'WEB');
        const result = await login(world.client(), email, undefined, { application });
        expect(outcomeOf(result)).toBe(what === 'registered as WEB' ? 'EnrollmentRequired' : 'INVALID_CREDENTIALS');
      },
    );

    it('its secret is shown once, and its sessions end at their refresh when mobile apps come under cover', async () => {
      const { admin } = await organization(world, 'everyone');
      await settle(admin, { coverMobileApps: false });
      const application = await register(admin);
      expect(JSON.stringify(await admin.ask(op.APPLICATIONS))).not.toContain(application.secret);
      const { email } = await createUser(admin);
      const { refreshToken } = await login(world.client(), email, undefined, { application });
      const renewed = await world.client().ask(op.REFRESH, { token: refreshToken });
      expect(renewed.__typename).toBe('Tokens');
      await settle(admin, { coverMobileApps: true });
      expect((await world.client().ask(op.REFRESH, { token: renewed.refreshToken })).__typename).toBe('Refused');
    });
  });

  describe('4.7 switched off for all for a time', () => {
    const inSeconds = (seconds: number): string => new Date(world.clock.now().getTime() + seconds * 1000).toISOString();

    it('asks nobody, comes back by itself, and nobody enrolls again', async () => {
      const { admin } = await organization(world, 'everyone');
      const { id, email } = await createUser(admin);
      const { app } = await enrollApp(world, email);
      const fresh = await createUser(admin);
      const suspended = await admin.ask(op.SUSPEND, { until: inSeconds(DAY), reason: 'Phones are being replaced.' });
      expect(suspended.twoFactor).toMatchObject({ enabled: true, suspendedUntil: inSeconds(DAY) });
      const session = await login(world.client(), email);
      expect(session.amr).toEqual(['pwd']);
      expect((await login(world.client(), fresh.email)).amr).toEqual(['pwd']);
      expect((await admin.ask(op.EXPLAIN, { id })).trace[0]).toMatchObject({
        rule: 'organization-off',
        decisive: true,
      });

      world.clock.advance(DAY);
      expect((await login(world.client(), email)).__typename).toBe('SecondFactorRequired');
      expect((await login(world.client(), fresh.email)).__typename).toBe('EnrollmentRequired');
      await signInWithApp(world, email, app);
    });

    it('a session of that time has to prove more when the time is over', async () => {
      const { admin } = await organization(world, 'everyone');
      const { email } = await createUser(admin);
      await admin.ask(op.SUSPEND, { until: inSeconds(1800), reason: 'A short while.' });
      const { refreshToken } = await login(world.client(), email);
      world.clock.advance(900);
      const renewed = await world.client().ask(op.REFRESH, { token: refreshToken });
      expect(renewed.__typename).toBe('Tokens');
      world.clock.advance(900);
      expect((await world.client().ask(op.REFRESH, { token: renewed.refreshToken })).__typename).toBe('Refused');
    });

    it('ends early by hand, and both stand in the audit with the reason', async () => {
      const { admin } = await organization(world, 'everyone');
      const { email } = await createUser(admin);
      await admin.ask(op.SUSPEND, { until: inSeconds(DAY), reason: 'Phones are being replaced.' });
      expect((await admin.ask(op.RESUME)).twoFactor.suspendedUntil).toBeNull();
      expect((await login(world.client(), email)).__typename).toBe('EnrollmentRequired');
      const events = await auditOf(admin, { key: 'settings.' });
      expect(events.slice(0, 2).map(({ key }) => key)).toEqual([
        'settings.two-factor-resumed',
        'settings.two-factor-suspended',
      ]);
      expect(Object.values(events[1]?.facts ?? {})).toContain('Phones are being replaced.');
    });

    it.each([
      ['the past', -60, 'A reason.'],
      ['no reason', 3600, '  '],
    ])('is refused with %s', async (_name, seconds, reason) => {
      const { admin } = await organization(world, 'everyone');
      expect(outcomeOf(await admin.ask(op.SUSPEND, { until: inSeconds(seconds), reason }))).toBe('INVALID_VALUE');
      expect((await admin.ask(op.SETTINGS)).twoFactor.suspendedUntil).toBeNull();
    });
  });

  describe('4.8 no "remember password" once two-factor is on', () => {
    const lasts = (result: { sessionExpiresAt: string }): number =>
      (Date.parse(result.sessionExpiresAt) - world.clock.now().getTime()) / 1000;

    it('keeps somebody signed in for longer only while none is required of them', async () => {
      const { admin } = await organization(world);
      const { email } = await createUser(admin);
      expect(lasts(await login(world.client(), email, undefined, { rememberMe: true }))).toBe(30 * DAY);
      expect(lasts(await login(world.client(), email))).toBe(DAY);
      const client = await signedIn(world, email);
      const { app } = await enrollSignedIn(world, client);
      world.clock.advance(30);
      const next = world.client();
      const { ticket } = await login(next, email, undefined, { rememberMe: true });
      const code = app(world.clock.now());
      expect(lasts(await next.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code } }))).toBe(DAY);
    });

    it('a session that was kept ends at its next refresh', async () => {
      const house = await organization(world, 'off');
      const { email } = await createUser(house.admin);
      const { refreshToken } = await login(world.client(), email, undefined, { rememberMe: true });
      world.clock.advance(5 * DAY);
      const renewed = await world.client().ask(op.REFRESH, { token: refreshToken });
      expect(renewed.__typename).toBe('Tokens');
      const admin = await again(world, house);
      await admin.ask(op.ENABLE, { everyone: true });
      expect((await world.client().ask(op.REFRESH, { token: renewed.refreshToken })).__typename).toBe('Refused');
    });

    it('has no effect with a suspended two-factor for whoever has set one up', async () => {
      const { admin } = await organization(world);
      const { email } = await createUser(admin);
      await enrollSignedIn(world, await signedIn(world, email));
      const until = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
      await admin.ask(op.SUSPEND, { until, reason: 'A test.' });
      expect(lasts(await login(world.client(), email, undefined, { rememberMe: true }))).toBe(DAY);
    });
  });
});
