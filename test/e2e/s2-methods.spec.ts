import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { type App, codeIn, createUser, PASSWORD, reauthenticate, signedIn } from '../support/people.js';
import { begun, confirmedUser, freshMail, messagesTo, serviceDesk, setTwoFactor, switchOn } from '../support/scenes.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('methods and sent codes at sign-in, on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP', 'EMAIL'] });
    await switchOn(desk);
  });
  afterAll(() => world.stop());

  const now = (): Date => world.clock.now();
  const send = (client: Client, ticket: string, method = 'EMAIL') =>
    client.ask(op.SEND_CODE, { input: { ticket, method } });
  const verify = (client: Client, ticket: string, code: string, method = 'EMAIL') =>
    client.ask(op.VERIFY, { input: { ticket, method, code } });
  const code = async (email: string): Promise<string> => codeIn((await freshMail(world, email, /code/)).text);
  const other = (right: string): string => String((Number(right) + 1) % 1_000_000).padStart(6, '0');
  const inSeconds = (seconds: number): string => new Date(now().getTime() + seconds * 1000).toISOString();

  /** With a confirmed address, and an app set up under my settings. */
  async function withBoth() {
    const { email } = await confirmedUser(world, desk);
    const client = await signedIn(world, email);
    const { id: enrollmentId, totp } = await client.ask(op.START, { input: { method: 'TOTP' } });
    const app: App = authenticator(totp.secret as string);
    await client.ask(op.CONFIRM, { input: { enrollmentId, code: app(now()) } });
    world.clock.advance(30);
    return { email: email as string, client, app };
  }
  /** Asked for a mailed code, which has arrived. */
  async function asked() {
    const { email } = await confirmedUser(world, desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    const sent = await send(client, ticket);
    expect(sent).toMatchObject({ __typename: 'CodeSent' });
    return { email: email as string, client, ticket, sent, right: await code(email as string) };
  }

  describe('2.7 the choice of method', () => {
    const methods = (result: { methods: { method: string }[] }) => result.methods.map(({ method }) => method);

    it('offers all that are set up, the preferred one first', async () => {
      const { email, client } = await withBoth();
      const { result } = await begun(world, email, 'SecondFactorRequired');
      expect(result).toMatchObject({ preferred: 'TOTP' });
      expect(methods(result)).toEqual(['TOTP', 'EMAIL', 'RECOVERY_CODE']);

      expect(await client.ask(op.PREFER, { method: 'EMAIL' })).toMatchObject({ twoFactor: { preferred: 'EMAIL' } });
      const after = await begun(world, email, 'SecondFactorRequired');
      expect(after.result).toMatchObject({ preferred: 'EMAIL' });
      expect(methods(after.result)).toEqual(['EMAIL', 'TOTP', 'RECOVERY_CODE']);
    });

    it('sends nothing before a method was chosen, and then by that one', async () => {
      const { email, app } = await withBoth();
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      expect((await messagesTo(world, email)).map(({ template }) => template)).not.toContain('code');
      await send(client, ticket);
      // Whoever asked for a mail may still take the app.
      expect(await verify(client, ticket, app(now()), 'TOTP')).toMatchObject({
        __typename: 'SignedIn',
        amr: ['pwd', 'otp'],
      });
    });

    it('a code of one method is no code of another', async () => {
      const { email, app } = await withBoth();
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      await send(client, ticket);
      const right = await code(email);
      expect(await verify(client, ticket, app(now()), 'EMAIL')).toMatchObject({ code: 'OTP_INVALID' });
      expect(await verify(client, ticket, right, 'RECOVERY_CODE')).toMatchObject({ code: 'OTP_INVALID' });
      expect(await verify(client, ticket, right, 'EMAIL')).toMatchObject({
        __typename: 'SignedIn',
        amr: ['pwd', 'email'],
      });
    });

    it('nothing is sent for an app or a recovery code, nor preferred that is not there', async () => {
      const { email, client: own } = await withBoth();
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      for (const method of ['TOTP', 'RECOVERY_CODE', 'SMS']) {
        expect(await send(client, ticket, method)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
        if (method === 'TOTP') continue;
        expect(await own.ask(op.PREFER, { method })).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
      }
      expect(await send(client, 'A'.repeat(43))).toMatchObject({ code: 'TICKET_INVALID' });
    });

    it('a preferred method that goes away is preferred no more', async () => {
      const { email, client, app } = await withBoth();
      await client.ask(op.PREFER, { method: 'TOTP' });
      await reauthenticate(client, PASSWORD, { method: 'TOTP', code: app(now()) });
      const { twoFactor } = await client.ask(op.ME);
      expect(twoFactor.preferred).toBe('TOTP');
      await desk.ask(op.UPDATE_SETTINGS, { input: { twoFactor: { methods: ['EMAIL'] } } });
      const { result } = await begun(world, email, 'SecondFactorRequired');
      await setTwoFactor(desk, { methods: ['TOTP', 'EMAIL'] });
      expect(result).toMatchObject({ preferred: 'EMAIL' });
    });
  });

  describe('2.8 a sent code is good for 90 seconds', () => {
    it('until the last of them', async () => {
      const { client, ticket, sent, right } = await asked();
      expect(sent.expiresAt).toBe(inSeconds(90));
      world.clock.advance(89);
      expect(await verify(client, ticket, right)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('and not after', async () => {
      const { email, client, ticket, right } = await asked();
      world.clock.advance(90);
      expect(await verify(client, ticket, right)).toMatchObject({ code: 'OTP_INVALID', message: 'Otp invalid!' });
      await send(client, ticket);
      expect(await verify(client, ticket, await code(email))).toMatchObject({ __typename: 'SignedIn' });
    });

    it.each([30, 600])('or as many as the organization sets: %i', async (codeSeconds) => {
      await setTwoFactor(desk, { codeSeconds });
      const intime = await asked();
      const late = await asked();
      await setTwoFactor(desk, { codeSeconds: 90 });
      world.clock.advance(codeSeconds - 1);
      expect(await verify(intime.client, intime.ticket, intime.right)).toMatchObject({ __typename: 'SignedIn' });
      world.clock.advance(1);
      expect((await verify(late.client, late.ticket, late.right)).__typename).toBe('Refused');
    });

    it.each([0, 29, 601])('but not %i', async (codeSeconds) => {
      const input = { twoFactor: { codeSeconds } };
      expect(await desk.ask(op.UPDATE_SETTINGS, { input })).toMatchObject({ code: 'INVALID_VALUE' });
    });

    it('nor twice', async () => {
      const { client, ticket, right } = await asked();
      expect(await verify(client, ticket, right)).toMatchObject({ __typename: 'SignedIn' });
      expect((await verify(client, ticket, right)).__typename).toBe('Refused');
    });
  });

  describe('2.9 sending again', () => {
    it('at any time after the cool-down; the new code ends the old one', async () => {
      const { email, client, ticket, sent, right } = await asked();
      expect(sent.resendAt).toBe(inSeconds(30));
      world.clock.advance(29);
      expect(await send(client, ticket)).toMatchObject({ code: 'RESEND_TOO_SOON', retryAt: sent.resendAt });
      world.clock.advance(1);
      expect(await send(client, ticket)).toMatchObject({ __typename: 'CodeSent', expiresAt: inSeconds(90) });
      const next = await code(email);
      expect(next).not.toBe(right);
      expect(await verify(client, ticket, right)).toMatchObject({ code: 'OTP_INVALID' });
      expect(await verify(client, ticket, next)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('gives back no tries, also not to a new sign-in', async () => {
      const { client, ticket, email, right } = await asked();
      expect(await verify(client, ticket, other(right))).toMatchObject({ attemptsLeft: 4 });
      world.clock.advance(30);
      await send(client, ticket);
      const next = await code(email);
      for (let left = 3; left >= 0; left -= 1) {
        expect(await verify(client, ticket, other(next))).toMatchObject({ code: 'OTP_INVALID', attemptsLeft: left });
      }
      expect(await verify(client, ticket, next)).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });

      // The second ticket has five tries of its own, and the account ten in all.
      world.clock.advance(600);
      const second = await begun(world, email, 'SecondFactorRequired');
      await send(second.client, second.ticket);
      const last = await code(email);
      for (let left = 4; left >= 0; left -= 1) await verify(second.client, second.ticket, other(last));
      const third = await begun(world, email, 'SecondFactorRequired');
      expect(await verify(third.client, third.ticket, last)).toMatchObject({
        code: 'TOO_MANY_ATTEMPTS',
        retryAt: inSeconds(900),
      });
    });

    it('by a new sign-in is no way around the cool-down', async () => {
      const { email } = await asked();
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      expect(await send(client, ticket)).toMatchObject({ code: 'RESEND_TOO_SOON', retryAt: inSeconds(30) });
    });

    it('three times in ten minutes, five in an hour, and no oftener', async () => {
      const { email } = await asked();
      const begunAt = now().getTime();
      const elapsed = (): number => (now().getTime() - begunAt) / 1000;
      const sent = [0];
      const refused: number[] = [];
      for (const at of [30, 60, 90, 599, 600, 630, 660, 1_260, 3_599, 3_600]) {
        world.clock.advance(at - elapsed());
        const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
        const answer = await send(client, ticket);
        (answer.__typename === 'CodeSent' ? sent : refused).push(at);
      }
      expect(sent).toEqual([0, 30, 60, 600, 630, 3_600]);
      expect(refused).toEqual([90, 599, 660, 1_260, 3_599]);
    });

    it('while an address is being proven, by beginning again: too soon it spoils nothing', async () => {
      const { email } = await createUser(desk, { useTwoFactor: true });
      const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
      const start = () => client.ask(op.START, { input: { ticket, method: 'EMAIL' } });
      const confirm = (enrollmentId: string, typed: string) =>
        client.ask(op.CONFIRM, { input: { ticket, enrollmentId, code: typed } });
      const first = await start();
      const old = await code(email);
      expect(await start()).toMatchObject({ code: 'RESEND_TOO_SOON', retryAt: first.sent.resendAt });
      world.clock.advance(30);
      const second = await start();
      const next = await code(email);
      expect(await confirm(first.id, next)).toMatchObject({ code: 'ENROLLMENT_INVALID' });
      expect(await confirm(second.id, old)).toMatchObject({ code: 'OTP_INVALID' });
      expect(await start()).toMatchObject({ code: 'RESEND_TOO_SOON' });
      expect(await confirm(second.id, next)).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'email'] });
    });
  });
});
