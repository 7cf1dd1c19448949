import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser, login, PASSWORD, reauthenticate, signedIn } from '../support/people.js';
import { begun, roleNamed, serviceDesk, setTwoFactor } from '../support/scenes.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('two-factor as each user’s own choice, on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP', 'EMAIL'] });
  });
  afterAll(() => world.stop());
  beforeEach(() => desk.ask(op.DISABLE));

  /** As under "my settings": started, scanned, confirmed. */
  async function scan(client: Client) {
    const started = await client.ask(op.START, { input: { method: 'TOTP' } });
    expect(started).toMatchObject({ __typename: 'Enrollment', method: 'TOTP', sent: null });
    return { id: started.id as string, app: authenticator(started.totp.secret as string), totp: started.totp };
  }
  const confirm = (client: Client, enrollmentId: string, code: string) =>
    client.ask(op.CONFIRM, { input: { enrollmentId, code } });

  describe('2.1 the switch', () => {
    it('is for those with the permission', async () => {
      const keepers = await desk.ask(op.CREATE_ROLE, { input: { name: 'Security', permissions: ['SETTINGS_WRITE'] } });
      const keeper = await signedIn(world, (await createUser(desk, { roleIds: [keepers.id] })).email);
      expect(await keeper.ask(op.ENABLE, { everyone: false })).toMatchObject({
        __typename: 'Settings',
        twoFactor: { enabled: true },
      });
      const readers = await desk.ask(op.CREATE_ROLE, {
        input: { name: 'Readers', permissions: ['SETTINGS_READ', 'USERS_WRITE'] },
      });
      const reader = await signedIn(world, (await createUser(desk, { roleIds: [readers.id] })).email);
      expect(await reader.errorOf(op.DISABLE)).toBe('FORBIDDEN');
      expect(await reader.errorOf(op.ENABLE, { everyone: true })).toBe('FORBIDDEN');
      expect(await desk.ask(op.SETTINGS)).toMatchObject({ twoFactor: { enabled: true } });
    });

    it('on without everyone leaves it to each user', async () => {
      const { id, email } = await createUser(desk);
      await desk.ask(op.ENABLE, { everyone: false });
      expect((await roleNamed(desk, 'All')).requireTwoFactor).toBe(false);
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
      expect(await desk.ask(op.USER, { id })).toMatchObject({ twoFactor: { required: false } });
      const client = await signedIn(world, email);
      const { id: enrollmentId, app } = await scan(client);
      await confirm(client, enrollmentId, app(world.clock.now()));
      await begun(world, email, 'SecondFactorRequired');
    });

    it('off asks nobody; on again, what was set up holds', async () => {
      await desk.ask(op.ENABLE, { everyone: false });
      const { email } = await createUser(desk);
      const client = await signedIn(world, email);
      const { id, app } = await scan(client);
      await confirm(client, id, app(world.clock.now()));
      await desk.ask(op.DISABLE);
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn', amr: ['pwd'] });
      await desk.ask(op.ENABLE, { everyone: false });
      world.clock.advance(30);
      const again = await begun(world, email, 'SecondFactorRequired');
      const input = { ticket: again.ticket, method: 'TOTP', code: app(world.clock.now()) };
      expect(await again.client.ask(op.VERIFY, { input })).toMatchObject({ __typename: 'SignedIn' });
    });
  });

  describe('2.6 enabling it under my settings', () => {
    beforeEach(() => desk.ask(op.ENABLE, { everyone: false }));

    it('shows a QR code; the code that is typed turns it on, with recovery codes, once', async () => {
      const { email } = await createUser(desk);
      const client = await signedIn(world, email);
      const { id, app, totp } = await scan(client);
      expect(totp.uri).toContain(encodeURIComponent(email as string));
      const added = await confirm(client, id, app(world.clock.now()));
      expect(added).toMatchObject({ __typename: 'FactorAdded', factor: { method: 'TOTP', destination: null } });
      expect(added.recoveryCodes).toHaveLength(10);
      expect(await client.ask(op.ME)).toMatchObject({
        twoFactor: { enrolled: true, required: true, recoveryCodesLeft: 10, factors: [{ method: 'TOTP' }] },
      });
      const { result } = await begun(world, email, 'SecondFactorRequired');
      expect(result.reasons).toMatchObject([{ rule: 'enrolled' }]);
    });

    it('before the code was typed nothing is on, so that a scan that failed locks nobody out', async () => {
      const { email } = await createUser(desk);
      const client = await signedIn(world, email);
      const { id, app } = await scan(client);
      const wrong = String((Number(app(world.clock.now())) + 1) % 1_000_000).padStart(6, '0');
      expect(await confirm(client, id, wrong)).toMatchObject({ __typename: 'Refused', code: 'OTP_INVALID' });
      expect(await client.ask(op.ME)).toMatchObject({ twoFactor: { enrolled: false } });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
      // The next step: a code that stood beside the wrong one is as good as any.
      expect(await confirm(client, id, app(world.clock.now()))).toMatchObject({ __typename: 'FactorAdded' });
    });

    it('needs the password again, not just a session', async () => {
      const { email } = await createUser(desk);
      const client = world.client();
      client.token = (await login(client, email)).accessToken;
      const input = { method: 'TOTP' };
      expect(await client.errorOf(op.START, { input })).toBe('REAUTHENTICATION_REQUIRED');
      expect(await world.client().errorOf(op.START, { input })).toBe('UNAUTHENTICATED');
      await reauthenticate(client);
      const { id, app } = await scan(client);
      world.clock.advance(300);
      const late = { input: { enrollmentId: id, code: app(world.clock.now()) } };
      expect(await client.errorOf(op.CONFIRM, late)).toBe('REAUTHENTICATION_REQUIRED');
    });

    it('belongs to its session and its person', async () => {
      const { email } = await createUser(desk);
      const mine = await signedIn(world, email);
      const { id, app } = await scan(mine);
      const code = app(world.clock.now());
      const elsewhere = await signedIn(world, email);
      const stranger = await signedIn(world, (await createUser(desk)).email);
      expect(await confirm(elsewhere, id, code)).toMatchObject({ code: 'ENROLLMENT_INVALID' });
      expect(await confirm(stranger, id, code)).toMatchObject({ code: 'ENROLLMENT_INVALID' });
      expect(await confirm(mine, 'no-such-enrollment', code)).toMatchObject({ code: 'ENROLLMENT_INVALID' });
      expect(await confirm(mine, id, code)).toMatchObject({ __typename: 'FactorAdded' });
      expect((await confirm(mine, id, code)).__typename).toBe('Refused');
    });

    it('a second of the same kind is not added beside the first', async () => {
      const { email } = await createUser(desk);
      const client = await signedIn(world, email);
      const { id, app } = await scan(client);
      await confirm(client, id, app(world.clock.now()));
      expect(await client.ask(op.START, { input: { method: 'TOTP' } })).toMatchObject({ code: 'ALREADY_ENROLLED' });
    });

    it('the code that turned it on signs nobody in', async () => {
      const { email } = await createUser(desk);
      const client = await signedIn(world, email);
      const { id, app } = await scan(client);
      const code = app(world.clock.now());
      await confirm(client, id, code);
      const { client: next, ticket } = await begun(world, email, 'SecondFactorRequired');
      const input = { ticket, method: 'TOTP', code };
      expect(await next.ask(op.VERIFY, { input })).toMatchObject({ code: 'OTP_INVALID' });
      const again = { password: PASSWORD, method: 'TOTP', code };
      expect(await client.ask(op.REAUTHENTICATE, { input: again })).toMatchObject({ code: 'OTP_INVALID' });
    });

    it('works before the organization switches it on, and then it is asked for', async () => {
      await desk.ask(op.DISABLE);
      const { email } = await createUser(desk);
      const client = await signedIn(world, email);
      const { id, app } = await scan(client);
      expect(await confirm(client, id, app(world.clock.now()))).toMatchObject({ __typename: 'FactorAdded' });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
      await desk.ask(op.ENABLE, { everyone: false });
      await begun(world, email, 'SecondFactorRequired');
    });
  });
});
