import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import * as op from '../support/operations.js';
import {
  auditOf,
  createUser,
  enrollSignedIn,
  login,
  mailTo,
  organization,
  outcomeOf,
  reauthenticate,
  signedIn,
  signInWithApp,
  updateUser,
  wrongCode,
} from '../support/people.js';
import { authenticator, base32Decode } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('two-factor that a person turns on, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const start = (client: ReturnType<World['client']>) => client.ask(op.START, { input: { method: 'TOTP' } });

  describe('3.1 only the person turns it on', () => {
    it('after proving the password again, since a session alone may be stolen', async () => {
      const { admin } = await organization(world);
      const { email } = await createUser(admin);
      const client = world.client();
      client.token = (await login(client, email)).accessToken;
      const input = { method: 'TOTP' };
      expect(await client.errorOf(op.START, { input })).toBe('REAUTHENTICATION_REQUIRED');
      await reauthenticate(client);
      expect((await client.ask(op.START, { input })).totp.secret).toMatch(/^[A-Z2-7]{32}$/);
    });

    it('an administrator has no way to do it for them', async () => {
      const { admin } = await organization(world);
      const user = await createUser(admin);
      const client = await signedIn(world, user.email);
      const started = await start(client);
      const code = authenticator(started.totp.secret)(world.clock.now());
      // What an administrator starts is their own, and what others started is not theirs to finish.
      const confirmed = await admin.ask(op.CONFIRM, { input: { enrollmentId: started.id, code } });
      expect(outcomeOf(confirmed)).toBe('ENROLLMENT_INVALID');
      const use = await updateUser(admin, user.id, { useTwoFactor: true });
      expect(use.twoFactor).toMatchObject({ use: true, required: true, enrolled: false, factors: [] });
      expect((await login(world.client(), user.email)).__typename).toBe('EnrollmentRequired');
    });

    it('and not where an administrator decides about it', async () => {
      const { admin } = await organization(world);
      const { email } = await createUser(admin, { canToggleTwoFactor: false });
      const client = await signedIn(world, email);
      expect(outcomeOf(await start(client))).toBe('TOGGLE_NOT_ALLOWED');
      expect(outcomeOf(await client.ask(op.SET_USE, { use: true }))).toBe('TOGGLE_NOT_ALLOWED');
    });
  });

  describe('3.2 a secret to type beside the QR code', () => {
    it('shows the same secret in both, once', async () => {
      const { admin } = await organization(world);
      const { email } = await createUser(admin);
      const client = await signedIn(world, email);
      const { totp } = await start(client);
      const uri = new URL(totp.uri);
      expect(uri.protocol).toBe('otpauth:');
      expect(uri.searchParams.get('secret')).toBe(totp.secret);
      expect(decodeURIComponent(uri.pathname)).toContain(email);
      expect(base32Decode(totp.secret)).toHaveLength(20);
      const png = Buffer.from(totp.qrCode.replace('data:image/png;base64,', ''), 'base64');
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(totp.qrCodeSvg).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
      // Starting over is another secret: the first is not shown again.
      expect((await start(client)).totp.secret).not.toBe(totp.secret);
    });

    it('the typed secret makes codes that are accepted', async () => {
      const { admin } = await organization(world);
      const { email } = await createUser(admin);
      const client = await signedIn(world, email);
      const { id, totp } = await start(client);
      const typed = base32Decode(totp.secret);
      const counter = Buffer.alloc(8);
      counter.writeBigUInt64BE(BigInt(Math.floor(world.clock.now().getTime() / 30_000)));
      const mac = createHmac('sha1', typed).update(counter).digest();
      const value = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff;
      const code = String(value % 1_000_000).padStart(6, '0');
      expect(outcomeOf(await client.ask(op.CONFIRM, { input: { enrollmentId: id, code } }))).toBe('FactorAdded');
    });
  });

  describe('3.3 the code is proven before it is on', () => {
    it('a wrong code turns nothing on', async () => {
      const { admin } = await organization(world);
      const { id, email } = await createUser(admin);
      const client = await signedIn(world, email);
      const started = await start(client);
      const app = authenticator(started.totp.secret);
      const input = { enrollmentId: started.id, code: wrongCode(app, world.clock.now()) };
      const refused = await client.ask(op.CONFIRM, { input });
      expect(refused).toMatchObject({ code: 'OTP_INVALID', message: 'Otp invalid!' });
      expect((await admin.ask(op.USER, { id })).twoFactor.enrolled).toBe(false);
      expect((await login(world.client(), email)).__typename).toBe('SignedIn');
    });

    it.each(['', '12345', '1234567', ' 123456', '+12345', 'abcdef'])('%p is no code', async (code) => {
      const { admin } = await organization(world);
      const { email } = await createUser(admin);
      const client = await signedIn(world, email);
      const { id } = await start(client);
      expect(outcomeOf(await client.ask(op.CONFIRM, { input: { enrollmentId: id, code } }))).toBe('OTP_INVALID');
    });

    it('the right one turns it on, shows recovery codes once, and is spent', async () => {
      const { admin } = await organization(world);
      const { id, email } = await createUser(admin);
      const client = await signedIn(world, email);
      const { app, recoveryCodes } = await enrollSignedIn(world, client);
      expect(recoveryCodes).toHaveLength(10);
      expect((await admin.ask(op.USER, { id })).twoFactor).toMatchObject({ enrolled: true, recoveryCodesLeft: 10 });
      await mailTo(world, email, /factor was added/);

      const next = world.client();
      const asked = await login(next, email);
      expect(asked).toMatchObject({ __typename: 'SecondFactorRequired', preferred: 'TOTP' });
      const verify = { ticket: asked.ticket, method: 'TOTP', code: app(world.clock.now()) };
      expect(outcomeOf(await next.ask(op.VERIFY, { input: verify }))).toBe('OTP_INVALID');
      await signInWithApp(world, email, app);
    });

    it('an old set-up cannot be confirmed after a newer one, or after ten minutes', async () => {
      const { admin } = await organization(world);
      const { email } = await createUser(admin);
      const client = await signedIn(world, email);
      const first = await start(client);
      const second = await start(client);
      const confirm = (started: typeof first) =>
        client.ask(op.CONFIRM, {
          input: { enrollmentId: started.id, code: authenticator(started.totp.secret)(world.clock.now()) },
        });
      expect(outcomeOf(await confirm(first))).toBe('ENROLLMENT_INVALID');
      world.clock.advance(601);
      const later = await signedIn(world, email);
      client.token = later.token;
      expect(outcomeOf(await confirm(second))).toBe('ENROLLMENT_INVALID');
    });
  });

  describe('3.4 then it can be disabled', () => {
    it('by the person, with password and code, and the password alone opens the account again', async () => {
      const { admin } = await organization(world);
      const { id, email } = await createUser(admin);
      const client = await signedIn(world, email);
      const { app, factorId } = await enrollSignedIn(world, client);
      const other = await signInWithApp(world, email, app);
      expect(await other.errorOf(op.REMOVE_FACTOR, { id: factorId })).toBe('REAUTHENTICATION_REQUIRED');
      world.clock.advance(30);
      await reauthenticate(other, undefined, { method: 'TOTP', code: app(world.clock.now()) });
      const removed = await other.ask(op.REMOVE_FACTOR, { id: factorId });
      expect(removed.twoFactor).toMatchObject({ enrolled: false, factors: [], recoveryCodesLeft: 0 });
      await mailTo(world, email, /factor was removed/);
      expect((await login(world.client(), email)).__typename).toBe('SignedIn');
      const [event] = await auditOf(admin, { key: 'factor.removed', subjectId: id });
      expect(event).toMatchObject({ actorId: id });
    });

    it('also by "Use 2FA" NO, which takes the factors away', async () => {
      const { admin } = await organization(world);
      const { email } = await createUser(admin, { useTwoFactor: false });
      const client = await signedIn(world, email);
      await enrollSignedIn(world, client);
      const off = await client.ask(op.SET_USE, { use: false });
      expect(off.twoFactor).toMatchObject({ use: false, enrolled: false, required: false });
      expect((await login(world.client(), email)).amr).toEqual(['pwd']);
    });

    it('not where a role requires it, or an administrator decides', async () => {
      const { admin } = await organization(world);
      const held = await createUser(admin);
      const client = await signedIn(world, held.email);
      const { factorId } = await enrollSignedIn(world, client);
      await updateUser(admin, held.id, { canToggleTwoFactor: false });
      expect(outcomeOf(await client.ask(op.REMOVE_FACTOR, { id: factorId }))).toBe('TOGGLE_NOT_ALLOWED');
      const all = (await admin.ask(op.ROLES)).find(({ name }: { name: string }) => name === 'All');
      await admin.ask(op.UPDATE_ROLE, { id: all.id, input: { requireTwoFactor: true } });
      expect(outcomeOf(await client.ask(op.REMOVE_FACTOR, { id: factorId }))).toBe('REQUIRED_BY_POLICY');
    });
  });
});
