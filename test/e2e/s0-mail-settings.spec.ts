import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { codeIn, createUser, login, newAddress } from '../support/people.js';
import {
  begun,
  eventually,
  everythingAtRest,
  freshMail,
  serviceDesk,
  setTwoFactor,
  switchOn,
} from '../support/scenes.js';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('0.8 outgoing mail, per organization, on %s', (engine) => {
  let world: World;
  let desk: Client;
  let server: SmtpSink;

  beforeAll(async () => {
    server = await startSmtpSink();
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['EMAIL'], issuer: 'Harbour' });
    await switchOn(desk);
  });
  afterAll(async () => {
    await world.stop();
    await server.stop();
  });
  beforeEach(async () => {
    await server.setBehaviour('accept');
    await set({ smtpUrl: server.url, fromName: 'Harbour Sign-in', fromAddress: 'no-reply@harbour.example' });
    // Whatever the limits of an earlier test were.
    world.clock.advance(3_600);
  });

  async function set(email: Record<string, unknown>): Promise<void> {
    expect(await desk.ask(op.UPDATE_SETTINGS, { input: { email } })).toMatchObject({ __typename: 'Settings' });
  }
  const test = (to: string) => desk.ask(op.SEND_TEST_EMAIL, { to });
  const failed = async (): Promise<{ id: string; template: string; lastError: string }[]> =>
    (await desk.ask(op.MESSAGES, { status: 'FAILED' })).nodes;

  it('a test mail goes by the organization’s own server, from its own name and address', async () => {
    const to = newAddress('ops');
    expect(await test(to)).toMatchObject({ __typename: 'Done' });
    const mail = await server.waitFor((each) => each.to.includes(to));
    expect(mail).toMatchObject({ from: 'no-reply@harbour.example', to: [to], subject: 'Test message from Harbour' });
    expect(mail.headers.from).toMatch(/^"?Harbour Sign-in"? <no-reply@harbour\.example>$/);
    expect((await world.mails()).some((each) => each.to === to)).toBe(false);
  });

  it('so do codes', async () => {
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    const { id: enrollmentId } = await client.ask(op.START, { input: { ticket, method: 'EMAIL' } });
    const { text, subject } = await server.waitFor(({ to }) => to.includes(email));
    expect(subject).toBe('Your code for Harbour');
    const input = { ticket, enrollmentId, code: codeIn(text) };
    expect(await client.ask(op.CONFIRM, { input })).toMatchObject({ __typename: 'SignedIn' });
  });

  it('without one, mail goes where the installation sends it', async () => {
    await set({ smtpUrl: '' });
    expect(await desk.ask(op.SETTINGS)).toMatchObject({ email: { smtpUrlSet: false } });
    const to = newAddress('ops');
    await test(to);
    expect((await freshMail(world, to)).subject).toBe('Test message from Harbour');
    expect(server.mails.some((mail) => mail.to.includes(to))).toBe(false);
  });

  it('the server’s URL, which holds a password, is never read back, nor kept as it is', async () => {
    await set({ smtpUrl: 'smtp://harbour:Tr4wler-pass@mail.example.com:2525' });
    const answer = await desk.send(op.SETTINGS);
    expect(answer.data).toMatchObject({ settings: { email: { smtpUrlSet: true } } });
    expect(JSON.stringify(answer)).not.toContain('Tr4wler');
    expect(await everythingAtRest(world)).not.toContain('Tr4wler');
  });

  it('leaving the URL out leaves it as it is', async () => {
    await set({ fromName: 'Harbour' });
    expect(await desk.ask(op.SETTINGS)).toMatchObject({ email: { smtpUrlSet: true, fromName: 'Harbour' } });
    const to = newAddress('ops');
    await test(to);
    await server.waitFor((mail) => mail.to.includes(to));
  });

  it('what the server refuses for good has failed, is listed, and can be sent again', async () => {
    await server.setBehaviour('refuse-5xx');
    const to = newAddress('ops');
    await test(to);
    const [message] = await eventually(failed, ({ length }) => length > 0);
    expect(message).toMatchObject({ template: 'test', lastError: 'The mail server answered 550.' });
    await server.setBehaviour('accept');
    expect(await desk.ask(op.RETRY_MESSAGE, { id: message?.id })).toMatchObject({ __typename: 'Done' });
    await server.waitFor((mail) => mail.to.includes(to));
    await eventually(failed, ({ length }) => length === 0);
  });

  it('what fails for the moment is tried again by itself', async () => {
    await server.setBehaviour('down');
    const to = newAddress('ops');
    await test(to);
    const waiting = async () => (await desk.ask(op.MESSAGES, { status: 'QUEUED' })).nodes as { attempts: number }[];
    await eventually(waiting, (nodes) => nodes.some(({ attempts }) => attempts > 0));
    await server.setBehaviour('accept');
    world.clock.advance(5);
    await server.waitFor((mail) => mail.to.includes(to), 10_000);
  });

  it.each([
    ['a URL of another kind', { smtpUrl: 'http://mail.example.com' }],
    ['no URL', { smtpUrl: 'mail' }],
    ['a sender name with a line break', { fromName: 'Harbour\r\nBcc: eve@example.com' }],
    ['a sender address that is none', { fromAddress: 'harbour' }],
    ['two sender addresses', { fromAddress: 'a@example.com, b@example.com' }],
  ])('%s is refused', async (_what, email) => {
    const before = await desk.ask(op.SETTINGS);
    expect(await desk.ask(op.UPDATE_SETTINGS, { input: { email } })).toMatchObject({ code: 'INVALID_VALUE' });
    expect(await desk.ask(op.SETTINGS)).toEqual(before);
  });

  it.each(['', 'ops', 'a@example.com, b@example.com', 'a@example.com\r\nBcc: eve@example.com'])(
    'no test mail goes to %j',
    async (to) => {
      const before = server.mails.length;
      expect(await test(to)).toMatchObject({ __typename: 'Refused', code: 'INVALID_VALUE' });
      expect(server.mails).toHaveLength(before);
    },
  );

  it('only who may change settings may send a test mail, and not without end', async () => {
    await set({ smtpUrl: '' });
    const { email } = await createUser(desk);
    const client = world.client();
    client.token = (await login(client, email)).accessToken;
    expect(await client.errorOf(op.SEND_TEST_EMAIL, { to: email })).toBe('FORBIDDEN');

    const to = newAddress('flooded');
    expect(await test(to)).toMatchObject({ __typename: 'Done' });
    expect(await test(to)).toMatchObject({ __typename: 'Refused', code: 'RESEND_TOO_SOON' });
  });
});
