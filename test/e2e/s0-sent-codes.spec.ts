import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { codeIn, createUser } from '../support/people.js';
import {
  begun,
  confirmedUser,
  eventually,
  everythingAtRest,
  freshMail,
  newPhone,
  serviceDesk,
  setTwoFactor,
  switchOn,
} from '../support/scenes.js';
import { type SmsSink, startSmsSink } from '../support/sms-sink.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('0.10 codes by e-mail and by text, on %s', (engine) => {
  let world: World;
  let desk: Client;
  let gateway: SmsSink;

  beforeAll(async () => {
    gateway = await startSmsSink();
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await desk.ask(op.UPDATE_SETTINGS, { input: { sms: { gatewayUrl: `${gateway.url}/send` } } });
    await setTwoFactor(desk, { methods: ['EMAIL', 'SMS'], issuer: 'Harbour' });
    await switchOn(desk);
  });
  afterAll(async () => {
    await world.stop();
    await gateway.stop();
  });

  const send = (client: Client, ticket: string, method: string) =>
    client.ask(op.SEND_CODE, { input: { ticket, method } });
  const verify = (client: Client, ticket: string, method: string, code: string) =>
    client.ask(op.VERIFY, { input: { ticket, method, code } });
  const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

  /** Somebody whose number was proven at an earlier sign-in. */
  async function textedUser() {
    const phone = newPhone();
    const { email } = await createUser(desk, { useTwoFactor: true, phone });
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    const { id: enrollmentId } = await client.ask(op.START, { input: { ticket, method: 'SMS' } });
    const code = await texted(phone);
    expect(await client.ask(op.CONFIRM, { input: { ticket, enrollmentId, code } })).toMatchObject({
      __typename: 'SignedIn',
    });
    world.clock.advance(31);
    return { email, phone };
  }

  async function texted(phone: string, nth = 0): Promise<string> {
    const all = () => Promise.resolve(gateway.requests.filter(({ form }) => form?.to === phone));
    const requests = await eventually(all, ({ length }) => length > nth);
    return codeIn(requests[nth]?.form?.message ?? '');
  }

  it('a mailed code signs in; its subject names the issuer, and its address is masked', async () => {
    const { email } = await confirmedUser(world, desk, { useTwoFactor: true });
    const { client, ticket, result } = await begun(world, email, 'SecondFactorRequired');
    expect(result).toMatchObject({
      preferred: 'EMAIL',
      methods: [{ method: 'EMAIL', destination: 'p•••@example.com' }],
    });
    expect(await send(client, ticket, 'EMAIL')).toMatchObject({
      __typename: 'CodeSent',
      destination: 'p•••@example.com',
    });
    const { subject, text } = await freshMail(world, email, /code/);
    expect(subject).toBe('Your code for Harbour');
    expect(text.match(/\b\d{6}\b/g)).toHaveLength(1);
    expect(await verify(client, ticket, 'EMAIL', codeIn(text))).toMatchObject({
      __typename: 'SignedIn',
      amr: ['pwd', 'email'],
      user: { email },
    });
    // Neither the ticket nor the code is good a second time.
    expect(await verify(client, ticket, 'EMAIL', codeIn(text))).toMatchObject({ code: 'TICKET_INVALID' });
    const again = await begun(world, email, 'SecondFactorRequired');
    expect(await verify(again.client, again.ticket, 'EMAIL', codeIn(text))).toMatchObject({ code: 'OTP_INVALID' });
  });

  it('a texted code signs in, and the number is masked', async () => {
    const { email, phone } = await textedUser();
    const { client, ticket, result } = await begun(world, email, 'SecondFactorRequired');
    const destination = expect.stringMatching(new RegExp(`^•+${phone.slice(-2)}$`)) as unknown as string;
    expect(result).toMatchObject({
      preferred: 'SMS',
      methods: [{ method: 'SMS', destination }, { method: 'RECOVERY_CODE' }],
    });
    expect(await send(client, ticket, 'SMS')).toMatchObject({ __typename: 'CodeSent', method: 'SMS', destination });
    const code = await texted(phone, 1);
    expect(await verify(client, ticket, 'SMS', other(code))).toMatchObject({
      code: 'OTP_INVALID',
      message: 'Otp invalid!',
    });
    expect(await verify(client, ticket, 'SMS', code)).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'sms'] });
  });

  it('a code belongs to its ticket, its method and its person', async () => {
    const mine = await confirmedUser(world, desk, { useTwoFactor: true });
    const theirs = await confirmedUser(world, desk, { useTwoFactor: true });
    const first = await begun(world, mine.email, 'SecondFactorRequired');
    const second = await begun(world, mine.email, 'SecondFactorRequired');
    const foreign = await begun(world, theirs.email, 'SecondFactorRequired');
    await send(first.client, first.ticket, 'EMAIL');
    const code = codeIn((await freshMail(world, mine.email, /code/)).text);
    expect(await verify(second.client, second.ticket, 'EMAIL', code)).toMatchObject({ code: 'OTP_INVALID' });
    expect(await verify(foreign.client, foreign.ticket, 'EMAIL', code)).toMatchObject({ code: 'OTP_INVALID' });
    expect(await verify(first.client, first.ticket, 'SMS', code)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    expect(await verify(first.client, first.ticket, 'EMAIL', code)).toMatchObject({ __typename: 'SignedIn' });
  });

  it.each(['', ' ', '12345', '1234567', '12345a', '½23456', 'null'])(
    '%j is no code, also before one was sent',
    async (code) => {
      const { email } = await confirmedUser(world, desk, { useTwoFactor: true });
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      expect(await verify(client, ticket, 'EMAIL', code)).toMatchObject({ code: 'OTP_INVALID' });
      await send(client, ticket, 'EMAIL');
      expect(await verify(client, ticket, 'EMAIL', code)).toMatchObject({ code: 'OTP_INVALID', attemptsLeft: 3 });
    },
  );

  it('is nowhere at rest: neither in the challenge nor in the message', async () => {
    const { email } = await confirmedUser(world, desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    await send(client, ticket, 'EMAIL');
    const code = codeIn((await freshMail(world, email, /code/)).text);
    expect(new RegExp(`\\b${code}\\b`).test(await everythingAtRest(world))).toBe(false);
  });

  it('says when a text did not leave, so that another way can be chosen', async () => {
    const { email } = await textedUser();
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    expect(await client.ask(op.CODE_DELIVERY, { ticket })).toBeNull();
    gateway.setBehaviour('4xx');
    await send(client, ticket, 'SMS');
    const look = () => client.ask(op.CODE_DELIVERY, { ticket }) as Promise<{ delivery: string }>;
    const { delivery } = await eventually(look, ({ delivery: now }) => now !== 'QUEUED' && now !== 'SENDING');
    gateway.setBehaviour('accept');
    expect(delivery).toBe('FAILED');
    expect(await client.ask(op.CODE_DELIVERY, { ticket: `${ticket}x` })).toBeNull();
  });

  it('says when a mail has left', async () => {
    const { email } = await confirmedUser(world, desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    const sent = await send(client, ticket, 'EMAIL');
    const look = () => client.ask(op.CODE_DELIVERY, { ticket }) as Promise<{ delivery: string; expiresAt: string }>;
    const status = await eventually(look, ({ delivery }) => delivery === 'SENT');
    expect(status.expiresAt).toBe(sent.expiresAt);
  });

  it('goes to the address on file at the moment, never to one that was changed away', async () => {
    const user = await confirmedUser(world, desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, user.email, 'SecondFactorRequired');
    await send(client, ticket, 'EMAIL');
    const code = codeIn((await freshMail(world, user.email, /code/)).text);
    await desk.ask(op.UPDATE_USER, { id: user.id, input: { email: `new-${user.email}` } });
    const answer = await verify(client, ticket, 'EMAIL', code);
    expect(answer.__typename).toBe('Refused');
  });
});
