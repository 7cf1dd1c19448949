import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  administrator,
  createUser,
  enrollApp,
  login,
  newAddress,
  PASSWORD,
  reauthenticate,
  signedIn,
  tokenIn,
} from '../support/people.js';
import {
  auditOf,
  begun,
  confirmedUser,
  freshMail,
  messagesTo,
  serviceDesk,
  setTwoFactor,
  switchOn,
} from '../support/scenes.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('confirmed addresses, on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP', 'EMAIL'], issuer: 'Harbour' });
    await switchOn(desk);
  });
  afterAll(() => world.stop());

  const confirm = (token: string, password?: string) => world.client().ask(op.CONFIRM_EMAIL, { token, password });
  const activate = (client: Client, id: string) => client.ask(op.SEND_ACTIVATION, { id });
  const mailed = async (email: string): Promise<string> => tokenIn((await freshMail(world, email, /Confirm/)).text);
  const dead = { __typename: 'Refused', code: 'LINK_INVALID' };

  async function invited(input: Record<string, unknown> = {}) {
    const user = await createUser(desk, { sendActivationEmail: true, ...input });
    return { id: user.id as string, email: user.email as string, link: await mailed(user.email as string) };
  }

  describe('2.2 e-mail only with a confirmed address', () => {
    const prefer = (client: Client) => client.ask(op.PREFER, { method: 'EMAIL' });

    it('without one no code is mailed, offered or preferred', async () => {
      const { email } = await createUser(desk, { useTwoFactor: true });
      const { client, app } = await enrollApp(world, email);
      world.clock.advance(30);
      const { client: next, ticket, result } = await begun(world, email, 'SecondFactorRequired');
      expect(result.methods).toEqual([
        { method: 'TOTP', destination: null },
        { method: 'RECOVERY_CODE', destination: null },
      ]);
      const input = { ticket, method: 'EMAIL' };
      expect(await next.ask(op.SEND_CODE, { input })).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
      const guess = { ...input, code: '000000' };
      expect(await next.ask(op.VERIFY, { input: guess })).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
      expect((await messagesTo(world, email)).map(({ template }) => template)).not.toContain('code');
      await reauthenticate(client, PASSWORD, { method: 'TOTP', code: app(world.clock.now()) });
      expect(await prefer(client)).toMatchObject({ __typename: 'Refused', code: 'EMAIL_NOT_CONFIRMED' });
    });

    it('as soon as it is confirmed it can be used', async () => {
      const { email, link } = await invited({ useTwoFactor: true });
      await begun(world, email, 'EnrollmentRequired');
      expect(await confirm(link)).toMatchObject({ __typename: 'Done' });
      const { result } = await begun(world, email, 'SecondFactorRequired');
      expect(result.methods).toMatchObject([{ method: 'EMAIL' }]);
      const client = await signedIn(world, (await confirmedUser(world, desk)).email);
      expect(await prefer(client)).toMatchObject({ __typename: 'User', twoFactor: { preferred: 'EMAIL' } });
    });

    it('an address that is changed has to be confirmed anew', async () => {
      const { id } = await confirmedUser(world, desk, { useTwoFactor: true });
      const email = newAddress('moved');
      expect(await desk.ask(op.UPDATE_USER, { id, input: { email } })).toMatchObject({ email, emailConfirmed: false });
      await begun(world, email, 'EnrollmentRequired');
    });
  });

  describe('2.3 an activation mail to one', () => {
    it('has a Verify button, with a link to our own address that a GET does not use up', async () => {
      const { id, email } = await createUser(desk);
      expect(await messagesTo(world, email)).toEqual([]);
      const admin = await administrator(world);
      expect(await activate(admin, id)).toMatchObject({ __typename: 'Done' });
      const { subject, text, html } = await freshMail(world, email);
      expect(subject).toBe('Confirm your e-mail address for Harbour');
      expect(text).toContain(`${world.config.publicUrl}/confirm-email?token=`);
      expect(html).toContain('>Verify</a>');
      expect((await auditOf(desk, id)).map(({ key }) => key)).toContain('user.activation-sent');

      await world.fastify.inject({ method: 'GET', url: `/confirm-email?token=${tokenIn(text)}` });
      expect(await desk.ask(op.USER, { id })).toMatchObject({ emailConfirmed: false });
      expect(await confirm(tokenIn(text))).toMatchObject({ __typename: 'Done' });
      expect(await desk.ask(op.USER, { id })).toMatchObject({ emailConfirmed: true });
    });

    it('can be ticked while a user is made', async () => {
      const { link } = await invited();
      expect(await confirm(link)).toMatchObject({ __typename: 'Done' });
    });

    it('another one ends the link before it, and comes no sooner than after half a minute', async () => {
      const { id, email } = await createUser(desk);
      await activate(desk, id);
      const first = await mailed(email);
      const retryAt = new Date(world.clock.now().getTime() + 30_000).toISOString();
      expect(await activate(desk, id)).toMatchObject({ code: 'RESEND_TOO_SOON', retryAt });
      world.clock.advance(30);
      expect(await activate(desk, id)).toMatchObject({ __typename: 'Done' });
      const second = await mailed(email);
      expect(await confirm(first)).toMatchObject(dead);
      expect(await confirm(second)).toMatchObject({ __typename: 'Done' });
    });

    it('is not sent to whom it could do nothing for, nor by whom has no right', async () => {
      const done = await confirmedUser(world, desk);
      expect(await activate(desk, done.id)).toMatchObject({ __typename: 'Refused', code: 'INVALID_VALUE' });
      const idle = await createUser(desk);
      await desk.ask(op.UPDATE_USER, { id: idle.id, input: { active: false } });
      expect(await activate(desk, idle.id)).toMatchObject({ code: 'INVALID_VALUE' });
      expect(await messagesTo(world, idle.email)).toEqual([]);
      const client = await signedIn(world, done.email);
      expect(await client.errorOf(op.SEND_ACTIVATION, { id: idle.id })).toBe('FORBIDDEN');
    });
  });

  describe('2.5 the Verify button', () => {
    it('confirms once; a second press finds a dead link', async () => {
      const { id, link } = await invited();
      expect(await confirm(link)).toMatchObject({ __typename: 'Done' });
      expect(await confirm(link)).toMatchObject(dead);
      expect((await auditOf(desk, id)).filter(({ key }) => key === 'email.confirmed')).toHaveLength(1);
    });

    it('sets the first password where there is none, with which the person signs in', async () => {
      const { email, link } = await invited({ password: undefined });
      expect(await login(world.client(), email)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
      expect(await confirm(link, 'short')).toMatchObject({ __typename: 'Refused', code: 'WEAK_PASSWORD' });
      expect(await confirm(link, 'passwordpassword')).toMatchObject({ code: 'WEAK_PASSWORD' });
      // What was refused has not used the link up.
      expect(await confirm(link, PASSWORD)).toMatchObject({ __typename: 'Done' });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
      expect(await confirm(link, 'quite another password than that')).toMatchObject(dead);
    });

    it('never sets another password where there is one', async () => {
      const { email, link } = await invited();
      expect(await confirm(link, 'quite another password than that')).toMatchObject({ code: 'INVALID_VALUE' });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
      expect(await confirm(link)).toMatchObject({ __typename: 'Done' });
    });

    it('whoever confirmed without a password can be sent another mail to set one', async () => {
      const { id, email, link } = await invited({ password: undefined });
      expect(await confirm(link)).toMatchObject({ __typename: 'Done' });
      world.clock.advance(30);
      expect(await activate(desk, id)).toMatchObject({ __typename: 'Done' });
      expect(await confirm(await mailed(email), PASSWORD)).toMatchObject({ __typename: 'Done' });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('used, expired, replaced, of an address given up, of somebody deactivated, made up: all look the same', async () => {
      const expired = await invited();
      world.clock.advance(7 * 24 * 3_600);
      const answers = [await confirm(expired.link)];

      const used = await invited();
      await confirm(used.link);
      answers.push(await confirm(used.link));

      const replaced = await invited();
      world.clock.advance(30);
      await activate(desk, replaced.id);
      answers.push(await confirm(replaced.link));

      const moved = await invited();
      await desk.ask(op.UPDATE_USER, { id: moved.id, input: { email: newAddress('moved') } });
      answers.push(await confirm(moved.link));
      expect(await desk.ask(op.USER, { id: moved.id })).toMatchObject({ emailConfirmed: false });

      const gone = await invited();
      await desk.ask(op.UPDATE_USER, { id: gone.id, input: { active: false } });
      answers.push(await confirm(gone.link), await confirm(gone.link, PASSWORD));

      answers.push(await confirm('A'.repeat(43)), await confirm(''), await confirm('x'.repeat(5_000)));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(answers[0]).toMatchObject(dead);
    });

    it('the last moment of its week still counts', async () => {
      const { link } = await invited();
      world.clock.advance(7 * 24 * 3_600 - 1);
      expect(await confirm(link)).toMatchObject({ __typename: 'Done' });
    });

    it('links of other kinds confirm nothing, and this one opens nothing else', async () => {
      const { email, link } = await invited({ useTwoFactor: true });
      await setTwoFactor(desk, { totpDelivery: 'MAILED_LINK' });
      const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
      await client.ask(op.START, { input: { ticket, method: 'TOTP' } });
      const enrollmentLink = tokenIn((await freshMail(world, email, /second factor/)).text);
      await setTwoFactor(desk, { totpDelivery: 'ON_SCREEN' });
      expect(await confirm(enrollmentLink)).toMatchObject(dead);
      expect(await client.ask(op.OPEN_LINK, { input: { ticket, token: link } })).toMatchObject(dead);
      expect(await client.ask(op.OPEN_LINK, { input: { ticket, token: enrollmentLink } })).toMatchObject({
        __typename: 'Enrollment',
      });
    });
  });
});
