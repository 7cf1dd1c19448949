import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser, enrollApp } from '../support/people.js';
import { begun, everythingAtRest, serviceDesk, setTwoFactor, switchOn } from '../support/scenes.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('signing in with an authenticator app, on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP'], issuer: 'Harbour' });
    await switchOn(desk);
  });
  afterAll(() => world.stop());

  const now = (): Date => world.clock.now();
  const at = (seconds: number): Date => new Date(now().getTime() + seconds * 1000);
  const member = () => createUser(desk, { useTwoFactor: true });
  const start = (client: Client, ticket: string) => client.ask(op.START, { input: { ticket, method: 'TOTP' } });
  const confirm = (client: Client, ticket: string, enrollmentId: string, code: string) =>
    client.ask(op.CONFIRM, { input: { ticket, enrollmentId, code } });
  const verify = (client: Client, ticket: string, code: string) =>
    client.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code } });
  const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

  async function started() {
    const { email } = await member();
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    const enrollment = await start(client, ticket);
    return {
      email,
      client,
      ticket,
      id: enrollment.id as string,
      enrollment,
      app: authenticator(enrollment.totp.secret as string),
    };
  }
  /** Enrolled, with a clock that stands at the beginning of an unspent step. */
  async function enrolled() {
    const { email } = await member();
    const { app } = await enrollApp(world, email);
    world.clock.advance(90 - ((now().getTime() / 1000) % 30));
    return { email, app };
  }

  describe('1.4 first sign-in', () => {
    it('shows QR code and code field together, and the right code signs in', async () => {
      const { email, client, ticket, enrollment, app } = await started();
      expect(enrollment).toMatchObject({ __typename: 'Enrollment', method: 'TOTP', sent: null });
      const { secret, uri, qrCode, qrCodeSvg } = enrollment.totp;
      expect(secret).toMatch(/^[A-Z2-7]{32}$/);
      expect(uri).toContain(`secret=${String(secret)}`);
      expect(
        Buffer.from(String(qrCode).slice('data:image/png;base64,'.length), 'base64').subarray(1, 4).toString(),
      ).toBe('PNG');
      expect(qrCodeSvg).toContain('<svg');

      const result = await confirm(client, ticket, enrollment.id, app(now()));
      expect(result).toMatchObject({ __typename: 'SignedIn', user: { email }, amr: ['pwd', 'otp'] });
      expect(new Set(result.recoveryCodes).size).toBe(10);
      client.token = result.accessToken;
      expect(await client.ask(op.ME)).toMatchObject({
        email,
        twoFactor: { enrolled: true, factors: [{ method: 'TOTP' }] },
      });
    });

    it('a wrong code signs nobody in, and takes nothing but a try', async () => {
      const { client, ticket, id, app } = await started();
      const code = app(now());
      expect(await confirm(client, ticket, id, other(code))).toMatchObject({
        __typename: 'Refused',
        code: 'OTP_INVALID',
        message: 'Otp invalid!',
        attemptsLeft: 4,
      });
      expect(await confirm(client, ticket, id, '')).toMatchObject({ code: 'OTP_INVALID', attemptsLeft: 3 });
      expect(await confirm(client, ticket, id, code)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('five wrong codes end the ticket', async () => {
      const { client, ticket, id, app } = await started();
      for (let left = 4; left >= 0; left -= 1) {
        expect(await confirm(client, ticket, id, other(app(now())))).toMatchObject({
          code: 'OTP_INVALID',
          attemptsLeft: left,
        });
      }
      expect(await confirm(client, ticket, id, app(now()))).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
      const again = await start(client, ticket);
      const fresh = authenticator(String(again.totp?.secret ?? 'AAAA'))(now());
      expect((await confirm(client, ticket, String(again.id), fresh)).__typename).toBe('Refused');
    });

    it('twice: the second time there is nothing left to confirm', async () => {
      const { client, ticket, id, app } = await started();
      const code = app(now());
      expect(await confirm(client, ticket, id, code)).toMatchObject({ __typename: 'SignedIn' });
      expect((await confirm(client, ticket, id, code)).__typename).toBe('Refused');
    });

    it('begun anew, the QR code from before is dead', async () => {
      const first = await started();
      const second = await start(first.client, first.ticket);
      expect(second.totp.secret).not.toBe(first.enrollment.totp.secret);
      expect(await confirm(first.client, first.ticket, first.id, first.app(now()))).toMatchObject({
        code: 'ENROLLMENT_INVALID',
      });
      const code = authenticator(second.totp.secret as string)(now());
      expect(await confirm(first.client, first.ticket, second.id as string, code)).toMatchObject({
        __typename: 'SignedIn',
      });
    });

    it('with the ticket of somebody else, or of another sign-in, nothing is confirmed', async () => {
      const mine = await started();
      const theirs = await started();
      const other = await begun(world, mine.email, 'EnrollmentRequired');
      const code = mine.app(now());
      expect(await confirm(theirs.client, theirs.ticket, mine.id, code)).toMatchObject({ code: 'ENROLLMENT_INVALID' });
      expect(await confirm(other.client, other.ticket, mine.id, code)).toMatchObject({ code: 'ENROLLMENT_INVALID' });
      expect(await confirm(mine.client, mine.ticket, mine.id, code)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('late: after ten minutes the ticket is over', async () => {
      const { client, ticket, id, app } = await started();
      world.clock.advance(599);
      const intime = await started();
      expect(await confirm(intime.client, intime.ticket, intime.id, intime.app(now()))).toMatchObject({
        __typename: 'SignedIn',
      });
      world.clock.advance(1);
      expect(await confirm(client, ticket, id, app(now()))).toMatchObject({ code: 'TICKET_INVALID' });
    });

    it('keeps the secret sealed, and shows it for this set-up only', async () => {
      const { enrollment, client, ticket, id, app } = await started();
      await confirm(client, ticket, id, app(now()));
      const { secret } = enrollment.totp as { secret: string };
      expect(await everythingAtRest(world)).not.toContain(secret);
    });
  });

  describe('1.5 a code is good for 30 seconds', () => {
    it.each([
      ['at the beginning of its 30 seconds', 0, 0],
      ['at their end', 0, 29],
      ['one step late, for whoever types slowly', 0, 59],
      ['one step early, for a phone that is a little ahead', 30, 0],
    ])('%s it is right', async (_when, codeOf, typedAt) => {
      const { email, app } = await enrolled();
      const code = app(at(codeOf));
      world.clock.advance(typedAt);
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      expect(await verify(client, ticket, code)).toMatchObject({ __typename: 'SignedIn' });
    });

    it.each([
      ['after two steps', 0, 60],
      ['two steps ahead', 60, 0],
    ])('%s it is not', async (_when, codeOf, typedAt) => {
      const { email, app } = await enrolled();
      const code = app(at(codeOf));
      world.clock.advance(typedAt);
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      expect(await verify(client, ticket, code)).toMatchObject({ code: 'OTP_INVALID' });
    });

    it('nor a second time within them, in whichever sign-in', async () => {
      const { email, app } = await enrolled();
      const first = await begun(world, email, 'SecondFactorRequired');
      const second = await begun(world, email, 'SecondFactorRequired');
      const code = app(now());
      expect(await verify(first.client, first.ticket, code)).toMatchObject({ __typename: 'SignedIn' });
      expect(await verify(second.client, second.ticket, code)).toMatchObject({
        code: 'OTP_INVALID',
        message: 'Otp invalid!',
      });
      // Nor the one before it, which its owner has not used.
      expect(await verify(second.client, second.ticket, app(at(-30)))).toMatchObject({ code: 'OTP_INVALID' });
    });

    it('the code that ended the set-up is spent by it', async () => {
      const { email, client, ticket, id, app } = await started();
      const code = app(now());
      await confirm(client, ticket, id, code);
      const later = await begun(world, email, 'SecondFactorRequired');
      expect(await verify(later.client, later.ticket, code)).toMatchObject({ code: 'OTP_INVALID' });
    });
  });

  describe('1.6 later sign-ins', () => {
    it('have a code field only: no QR code', async () => {
      const { email, app } = await enrolled();
      const { client, ticket, result } = await begun(world, email, 'SecondFactorRequired');
      expect(result).toMatchObject({ preferred: 'TOTP', canResetTotpByMail: false, rememberBrowserDays: null });
      expect(JSON.stringify(result)).not.toMatch(/otpauth|canDecline|qrCode|secret"/);
      for (const method of ['TOTP', 'EMAIL', 'SMS']) {
        expect(await client.ask(op.START, { input: { ticket, method } })).toMatchObject({ code: 'ALREADY_ENROLLED' });
      }
      expect(await client.ask(op.REQUEST_RESET, { ticket })).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
      expect(await verify(client, ticket, app(now()))).toMatchObject({ __typename: 'SignedIn', recoveryCodes: null });
    });

    it('and no way to decline', async () => {
      const { email } = await enrolled();
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      expect(await client.ask(op.DECLINE, { ticket })).toMatchObject({ code: 'DECLINE_NOT_ALLOWED' });
      await begun(world, email, 'SecondFactorRequired');
    });

    it('a set-up begun before, in another window, replaces nothing any more', async () => {
      const { email, client, ticket, id, app } = await started();
      const finished = await enrollApp(world, email);
      expect(finished.recoveryCodes).toHaveLength(10);
      expect(await confirm(client, ticket, id, app(now()))).toMatchObject({ code: 'ALREADY_ENROLLED' });
      expect(await client.ask(op.DECLINE, { ticket })).toMatchObject({ code: 'DECLINE_NOT_ALLOWED' });
    });

    it('the ticket is no session, and the password alone is not enough for anything', async () => {
      const { email } = await enrolled();
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      client.token = ticket;
      expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
      expect(await client.ask(op.REFRESH, { token: ticket })).toMatchObject({ __typename: 'Refused' });
    });
  });
});
