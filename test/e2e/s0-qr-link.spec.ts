import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser, tokenIn } from '../support/people.js';
import { begun, freshMail, messagesTo, serviceDesk, setTwoFactor, switchOn } from '../support/scenes.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('the mailed QR code, on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP'], totpDelivery: 'MAILED_LINK', issuer: 'Harbour' });
    await switchOn(desk);
  });
  afterAll(() => world.stop());

  const start = (client: Client, ticket: string) => client.ask(op.START, { input: { ticket, method: 'TOTP' } });
  const open = (client: Client, ticket: string, token: string) =>
    client.ask(op.OPEN_LINK, { input: { token, ticket } });
  const confirm = (client: Client, ticket: string, enrollmentId: string, code: string) =>
    client.ask(op.CONFIRM, { input: { ticket, enrollmentId, code } });

  /** At the point where the link is in the mailbox. */
  async function mailed() {
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    const enrollment = await start(client, ticket);
    const mail = await freshMail(world, email, /second factor/);
    return { email, client, ticket, enrollment, mail, link: tokenIn(mail.text) };
  }

  describe('0.9 first sign-in', () => {
    it('mail, link, QR code, code, in', async () => {
      const { email, client, ticket, enrollment, mail, link } = await mailed();
      expect(enrollment).toMatchObject({
        __typename: 'Enrollment',
        totp: null,
        sent: { method: 'EMAIL', destination: 'p•••@example.com' },
      });
      expect(mail.subject).toBe('Set up your second factor for Harbour');
      expect(mail.text).toContain(`${world.config.publicUrl}/enroll?token=`);
      expect(mail.text).not.toContain('otpauth:');

      const opened = await open(client, ticket, link);
      expect(opened).toMatchObject({ __typename: 'Enrollment', id: enrollment.id, sent: null });
      expect(opened.totp.uri).toContain('otpauth://totp/Harbour:');
      expect(opened.totp.qrCode).toMatch(/^data:image\/png;base64,/);
      expect(opened.totp.qrCodeSvg).toContain('<svg');
      const app = authenticator(opened.totp.secret as string);
      expect(await confirm(client, ticket, opened.id, app(world.clock.now()))).toMatchObject({
        __typename: 'SignedIn',
        user: { email },
        amr: ['pwd', 'otp'],
      });
      world.clock.advance(30);
      const later = await begun(world, email, 'SecondFactorRequired');
      const input = { ticket: later.ticket, method: 'TOTP', code: app(world.clock.now()) };
      expect(await later.client.ask(op.VERIFY, { input })).toMatchObject({ __typename: 'SignedIn' });
    });

    it('the link shows its QR code once', async () => {
      const { client, ticket, link } = await mailed();
      expect(await open(client, ticket, link)).toMatchObject({ __typename: 'Enrollment' });
      expect(await open(client, ticket, link)).toMatchObject({ __typename: 'Refused', code: 'LINK_INVALID' });
    });

    it('the link is useless to somebody else, who does not use it up either', async () => {
      const { client, ticket, link } = await mailed();
      const stranger = await mailed();
      expect(await open(stranger.client, stranger.ticket, link)).toMatchObject({ code: 'LINK_INVALID' });
      expect(await open(stranger.client, 'no-ticket', link)).toMatchObject({ code: 'TICKET_INVALID' });
      expect(await open(client, ticket, link)).toMatchObject({ __typename: 'Enrollment' });
    });

    it('a GET of the link, as mail scanners do, changes nothing', async () => {
      const { client, ticket, link } = await mailed();
      await world.fastify.inject({ method: 'GET', url: `/enroll?token=${link}` });
      await world.fastify.inject({ method: 'HEAD', url: `/enroll?token=${link}` });
      expect(await open(client, ticket, link)).toMatchObject({ __typename: 'Enrollment' });
    });

    it('opened in another sign-in of the same person, it is bound to that one', async () => {
      const { email, client, ticket, link } = await mailed();
      const other = await begun(world, email, 'EnrollmentRequired');
      const opened = await open(other.client, other.ticket, link);
      const code = authenticator(opened.totp.secret as string)(world.clock.now());
      expect(await confirm(client, ticket, opened.id, code)).toMatchObject({ code: 'ENROLLMENT_INVALID' });
      expect(await confirm(other.client, other.ticket, opened.id, code)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('nothing is confirmed before the link was opened', async () => {
      const { client, ticket, enrollment } = await mailed();
      expect(await confirm(client, ticket, enrollment.id, '000000')).toMatchObject({ code: 'ENROLLMENT_INVALID' });
    });

    it('a wrong code signs nobody in, and the right one still does', async () => {
      const { client, ticket, link } = await mailed();
      const { id, totp } = await open(client, ticket, link);
      const right = authenticator(totp.secret as string)(world.clock.now());
      const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, '0');
      expect(await confirm(client, ticket, id, wrong)).toMatchObject({ code: 'OTP_INVALID', attemptsLeft: 4 });
      expect(await confirm(client, ticket, id, right)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('a second mail waits for the cool-down, and then ends the first link', async () => {
      const { email, client, ticket, enrollment, link } = await mailed();
      const { resendAt } = enrollment.sent;
      expect(await start(client, ticket)).toMatchObject({ code: 'RESEND_TOO_SOON', retryAt: resendAt });
      world.clock.advance(30);
      expect(await start(client, ticket)).toMatchObject({ __typename: 'Enrollment' });
      const second = tokenIn((await freshMail(world, email, /second factor/)).text);
      expect(await open(client, ticket, link)).toMatchObject({ code: 'LINK_INVALID' });
      expect(await open(client, ticket, second)).toMatchObject({ __typename: 'Enrollment' });
      expect(await messagesTo(world, email)).toHaveLength(2);
    });

    it('leads to our own address, whatever Host the request named', async () => {
      const { email } = await createUser(desk, { useTwoFactor: true });
      const client = world.client({ host: 'evil.example', 'x-forwarded-host': 'evil.example' });
      const { ticket } = await client.ask(op.LOGIN, { input: { email, password: 'seven quiet herons wade upstream' } });
      await start(client, ticket);
      const { text, html } = await freshMail(world, email, /second factor/);
      expect(text + html).not.toContain('evil.example');
      expect(text).toContain(`${world.config.publicUrl}/enroll?token=`);
    });
  });

  describe('0.2 how long the mailed QR code may be opened', () => {
    it('is four minutes unless it is set', async () => {
      expect(await desk.ask(op.SETTINGS)).toMatchObject({ twoFactor: { enrollmentLinkSeconds: 240 } });
      const { client, ticket, enrollment, link, mail } = await mailed();
      expect(Date.parse(enrollment.sent.expiresAt as string) - world.clock.now().getTime()).toBe(240_000);
      expect(mail.text).toContain('4 minutes');
      world.clock.advance(239);
      expect(await open(client, ticket, link)).toMatchObject({ __typename: 'Enrollment' });
    });

    it.each([60, 600])('can be %i seconds, and not one more', async (enrollmentLinkSeconds) => {
      await setTwoFactor(desk, { enrollmentLinkSeconds });
      const intime = await mailed();
      const late = await mailed();
      world.clock.advance(enrollmentLinkSeconds - 1);
      expect(await open(intime.client, intime.ticket, intime.link)).toMatchObject({ __typename: 'Enrollment' });
      world.clock.advance(1);
      // With a ticket of this moment, so that it is the link that has expired.
      const { client, ticket } = await begun(world, late.email, 'EnrollmentRequired');
      expect(await open(client, ticket, late.link)).toMatchObject({ code: 'LINK_INVALID' });
    });

    it('is what was set when the mail was written: a later setting revives nothing', async () => {
      await setTwoFactor(desk, { enrollmentLinkSeconds: 60 });
      const { client, ticket, link } = await mailed();
      await setTwoFactor(desk, { enrollmentLinkSeconds: 600 });
      world.clock.advance(60);
      expect(await open(client, ticket, link)).toMatchObject({ code: 'LINK_INVALID' });
    });

    it.each([0, -1, 59, 601, 86_400])('cannot be %i seconds', async (enrollmentLinkSeconds) => {
      const input = { twoFactor: { enrollmentLinkSeconds } };
      expect(await desk.ask(op.UPDATE_SETTINGS, { input })).toMatchObject({ code: 'INVALID_VALUE' });
    });

    it('says nothing of whether a dead link was late, used or made up', async () => {
      const { client, ticket, link } = await mailed();
      await open(client, ticket, link);
      const used = await open(client, ticket, link);
      const madeUp = await open(client, ticket, 'A'.repeat(43));
      expect(used).toEqual(madeUp);
    });
  });
});
