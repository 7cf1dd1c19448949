import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  confirmAddress,
  createUser,
  enrollApp,
  login,
  mailsTo,
  mailTo,
  organization,
  outcomeOf,
  settle,
  tokenIn,
} from '../support/people.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('signing in with an app, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const verify = (client: Client, ticket: string, code: string) =>
    client.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code } });

  describe('4.3 a QR code on the sign-in screen, and "Validate"', () => {
    it('shows it to whoever has none yet, and the code that it makes signs in', async () => {
      const { admin } = await organization(world, 'everyone');
      const { email } = await createUser(admin);
      const client = world.client();
      const asked = await login(client, email);
      expect(asked.methods).toContainEqual({ method: 'TOTP', destination: null });
      const started = await client.ask(op.START, { input: { ticket: asked.ticket, method: 'TOTP' } });
      expect(started.totp.qrCode).toMatch(/^data:image\/png;base64,/);
      const code = authenticator(started.totp.secret)(world.clock.now());
      const input = { ticket: asked.ticket, enrollmentId: started.id, code };
      const result = await client.ask(op.CONFIRM, { input });
      expect(result).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'otp'], user: { email } });
      expect(result.recoveryCodes).toHaveLength(10);
      expect(outcomeOf(await client.ask(op.CONFIRM, { input }))).not.toBe('SignedIn');
    });

    it("belongs to one sign-in: another ticket of the same user, or of somebody else's, does not finish it", async () => {
      const { admin } = await organization(world, 'everyone');
      const [one, two] = [await createUser(admin), await createUser(admin)];
      const client = world.client();
      const { ticket } = await login(client, one.email);
      const { id, totp } = await client.ask(op.START, { input: { ticket, method: 'TOTP' } });
      const code = authenticator(totp.secret)(world.clock.now());
      for (const email of [one.email, two.email]) {
        const other = (await login(world.client(), email)).ticket;
        const input = { ticket: other, enrollmentId: id, code };
        expect(outcomeOf(await client.ask(op.CONFIRM, { input }))).toBe('ENROLLMENT_INVALID');
      }
    });
  });

  describe('4.4 later sign-ins', () => {
    it('have a code field only: no QR code, and no declining', async () => {
      const { admin } = await organization(world, 'everyone');
      const { email } = await createUser(admin);
      const { app } = await enrollApp(world, email);
      world.clock.advance(30);
      const client = world.client();
      const asked = await login(client, email);
      expect(asked).toMatchObject({ __typename: 'SecondFactorRequired', preferred: 'TOTP' });
      const { ticket } = asked;
      expect(outcomeOf(await client.ask(op.START, { input: { ticket, method: 'TOTP' } }))).toBe('ALREADY_ENROLLED');
      expect(outcomeOf(await client.ask(op.START, { input: { ticket, method: 'EMAIL' } }))).toBe('ALREADY_ENROLLED');
      expect(outcomeOf(await client.ask(op.DECLINE, { ticket }))).toBe('DECLINE_NOT_ALLOWED');
      const result = await verify(client, ticket, app(world.clock.now()));
      expect(result).toMatchObject({ amr: ['pwd', 'otp'], recoveryCodes: null });
      expect(outcomeOf(await verify(client, ticket, app(world.clock.now())))).toBe('TICKET_INVALID');
    });

    it('a set-up that began before the app was proven elsewhere is over', async () => {
      const { admin } = await organization(world, 'everyone');
      const { email } = await createUser(admin);
      const client = world.client();
      const { ticket } = await login(client, email);
      const { id, totp } = await client.ask(op.START, { input: { ticket, method: 'TOTP' } });
      await enrollApp(world, email);
      const code = authenticator(totp.secret)(world.clock.now());
      const input = { ticket, enrollmentId: id, code };
      expect(outcomeOf(await client.ask(op.CONFIRM, { input }))).toBe('ALREADY_ENROLLED');
    });
  });

  it('4.5 any computer: the app is asked for in each, whatever its browser and address', async () => {
    const { admin } = await organization(world, 'everyone');
    const { email } = await createUser(admin);
    const { app } = await enrollApp(world, email);
    for (const browser of ['Firefox on a desk', 'Safari in a train', 'Edge at home']) {
      world.clock.advance(30);
      const client = world.client({ 'user-agent': browser });
      const asked = await login(client, email);
      expect(asked.__typename).toBe('SecondFactorRequired');
      client.token = (await verify(client, asked.ticket, app(world.clock.now()))).accessToken;
      expect((await client.ask(op.ME)).email).toBe(email);
      const [current] = (await client.ask(op.MY_SESSIONS)).filter((session: { current: boolean }) => session.current);
      expect(current.userAgent).toBe(browser);
    }
  });

  describe('4.6 "Reset QR by mail"', () => {
    /** A person with an app and a confirmed address, at the code screen. */
    async function atCodeScreen(on = true, confirmed = true) {
      const { admin } = await organization(world, 'everyone');
      await settle(admin, { totpResetByMail: on, methods: ['TOTP'] });
      const user = await createUser(admin);
      if (confirmed) await confirmAddress(world, admin, user);
      const { app } = await enrollApp(world, user.email);
      world.clock.advance(30);
      const client = world.client();
      const asked = await login(client, user.email);
      return { admin, user, app, client, asked, ticket: asked.ticket as string };
    }
    const open = (client: Client, token: string, ticket: string) =>
      client.ask(op.OPEN_LINK, { input: { token, ticket } });

    it('mails a link that shows a new QR code, and the old one works until the new one is confirmed', async () => {
      const { user, app, client, asked, ticket } = await atCodeScreen();
      expect(asked.canResetTotpByMail).toBe(true);
      const sent = await client.ask(op.REQUEST_RESET, { ticket });
      expect(sent).toMatchObject({ __typename: 'CodeSent', method: 'EMAIL' });
      expect(sent.destination).not.toBe(user.email);
      const token = tokenIn((await mailTo(world, user.email, /new QR code/)).text);
      const opened = await open(client, token, ticket);
      expect(opened.totp.qrCode).toMatch(/^data:image/);
      // Not confirmed yet: the old phone still opens the account, elsewhere.
      const elsewhere = world.client();
      const { ticket: other } = await login(elsewhere, user.email);
      expect(outcomeOf(await verify(elsewhere, other, app(world.clock.now())))).toBe('SignedIn');

      const next = authenticator(opened.totp.secret);
      const input = { ticket, enrollmentId: opened.id, code: next(world.clock.now()) };
      expect(outcomeOf(await client.ask(op.CONFIRM, { input }))).toBe('SignedIn');
      world.clock.advance(30);
      const { ticket: later } = await login(client, user.email);
      expect(outcomeOf(await verify(client, later, app(world.clock.now())))).toBe('OTP_INVALID');
      expect(outcomeOf(await verify(client, later, next(world.clock.now())))).toBe('SignedIn');
    });

    it('opens once, for a ticket of the same user, and in its time', async () => {
      const { admin, user, client, ticket } = await atCodeScreen();
      await client.ask(op.REQUEST_RESET, { ticket });
      const token = tokenIn((await mailTo(world, user.email, /new QR code/)).text);
      const stranger = await createUser(admin);
      const strangers = (await login(world.client(), stranger.email)).ticket;
      expect(outcomeOf(await open(client, token, strangers))).toBe('LINK_INVALID');
      expect(outcomeOf(await open(client, 'x'.repeat(43), ticket))).toBe('LINK_INVALID');
      expect(outcomeOf(await open(client, token, 'x'.repeat(43)))).toBe('TICKET_INVALID');
      expect((await open(client, token, ticket)).__typename).toBe('Enrollment');
      expect(outcomeOf(await open(client, token, ticket))).toBe('LINK_INVALID');

      world.clock.advance(30);
      const { ticket: second } = await login(client, user.email);
      expect(outcomeOf(await client.ask(op.REQUEST_RESET, { ticket: second }))).toBe('CodeSent');
      const [newest] = await mailsTo(world, user.email, 2, /new QR code/);
      const late = tokenIn(newest?.text ?? '');
      expect(late).not.toBe(token);
      world.clock.advance(240);
      expect(outcomeOf(await open(client, late, second))).toBe('LINK_INVALID');
    });

    it('an unopened link is no set-up that could be confirmed', async () => {
      const { client, ticket, user } = await atCodeScreen();
      await client.ask(op.REQUEST_RESET, { ticket });
      const rows = await world.dataSource.query<{ id: string }[]>(
        `SELECT e.id FROM enrollments e JOIN users u ON u.id = e.userId WHERE u.email = '${user.email}' AND e.endedAt IS NULL`,
      );
      const input = { ticket, enrollmentId: rows[0]?.id, code: '000000' };
      expect(outcomeOf(await client.ask(op.CONFIRM, { input }))).toBe('ENROLLMENT_INVALID');
    });

    it('only if the setting is on, and only to a confirmed address', async () => {
      const off = await atCodeScreen(false);
      expect(off.asked.canResetTotpByMail).toBe(false);
      expect(outcomeOf(await off.client.ask(op.REQUEST_RESET, { ticket: off.ticket }))).toBe('METHOD_NOT_ALLOWED');
      const unconfirmed = await atCodeScreen(true, false);
      expect(unconfirmed.asked.canResetTotpByMail).toBe(false);
      const refused = await unconfirmed.client.ask(op.REQUEST_RESET, { ticket: unconfirmed.ticket });
      expect(outcomeOf(refused)).toBe('EMAIL_NOT_CONFIRMED');
    });

    it('switched off again, a link under way opens nothing', async () => {
      const { admin, user, client, ticket } = await atCodeScreen();
      await client.ask(op.REQUEST_RESET, { ticket });
      const token = tokenIn((await mailTo(world, user.email, /new QR code/)).text);
      await settle(admin, { totpResetByMail: false });
      expect(outcomeOf(await open(client, token, ticket))).toBe('LINK_INVALID');
    });
  });
});
