import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { codeIn, createUser } from '../support/people.js';
import {
  begun,
  eventually,
  everythingAtRest,
  newPhone,
  serviceDesk,
  setTwoFactor,
  switchOn,
} from '../support/scenes.js';
import { type SmsRequest, type SmsSink, startSmsSink } from '../support/sms-sink.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const PLAIN = {
  messageParameter: 'message',
  receiverParameter: 'to',
  senderName: '',
  usePost: true,
  parameters: [],
  allowedPrefixes: [],
};

describe.each(ENGINES)('0.7 the SMS gateway, tried against a real HTTP server, on %s', (engine) => {
  let world: World;
  let desk: Client;
  let gateway: SmsSink;

  beforeAll(async () => {
    gateway = await startSmsSink();
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await set({ gatewayUrl: gateway.url });
    await setTwoFactor(desk, { methods: ['TOTP', 'SMS'], issuer: 'Harbour' });
    await switchOn(desk);
  });
  afterAll(async () => {
    await world.stop();
    await gateway.stop();
  });
  beforeEach(async () => {
    gateway.setBehaviour('accept');
    await set({ gatewayUrl: `${gateway.url}/send`, ...PLAIN });
  });

  async function set(sms: Record<string, unknown>): Promise<void> {
    expect(await desk.ask(op.UPDATE_SETTINGS, { input: { sms } })).toMatchObject({ __typename: 'Settings' });
  }

  /** Asks for a text by a first sign-in. */
  async function text(phone = newPhone()) {
    const { email } = await createUser(desk, { useTwoFactor: true, phone });
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    const begunAt = gateway.requests.length;
    const enrollment = await client.ask(op.START, { input: { ticket, method: 'SMS' } });
    const delivery = async () => ((await client.ask(op.CODE_DELIVERY, { ticket })) as { delivery: string }).delivery;
    const ended = () => eventually(delivery, (status) => !['QUEUED', 'SENDING'].includes(status));
    const arrived = (): Promise<SmsRequest> =>
      gateway.waitFor((request) => gateway.requests.indexOf(request) >= begunAt);
    const confirm = (code: string) => client.ask(op.CONFIRM, { input: { ticket, enrollmentId: enrollment.id, code } });
    return { phone, enrollment, delivery, ended, arrived, confirm };
  }

  it('by POST: message and receiver under the names that its documentation gives', async () => {
    await set({ messageParameter: 'body', receiverParameter: 'msisdn', senderName: 'HARBOUR' });
    const { phone, arrived, confirm } = await text();
    const { method, path, query, form } = await arrived();
    expect({ method, path, query }).toEqual({ method: 'POST', path: '/send', query: {} });
    expect(form).toEqual({ body: expect.stringContaining('Harbour'), msisdn: phone, sender: 'HARBOUR' });
    expect(await confirm(codeIn(form?.body ?? ''))).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'sms'] });
  });

  it('by GET: everything in the query, beside what stands there', async () => {
    await set({ gatewayUrl: `${gateway.url}/http/send?account=7`, usePost: false });
    const { phone, arrived, confirm } = await text();
    const { method, path, query, body } = await arrived();
    expect({ method, path, body }).toEqual({ method: 'GET', path: '/http/send', body: '' });
    expect(query).toEqual({ account: '7', to: phone, message: expect.stringMatching(/\d{6}/) });
    expect(await confirm(codeIn(query.message ?? ''))).toMatchObject({ __typename: 'SignedIn' });
  });

  it('further parameters, each a header if so ticked', async () => {
    const parameters = [
      { name: 'Authorization', value: 'Bearer s3cret-key', header: true, secret: true },
      { name: 'X-Route', value: 'gold', header: true },
      { name: 'api_user', value: 'harbour' },
      { name: 'api_key', value: 'k3y-of-harbour', secret: true },
    ];
    await set({ parameters });
    const { arrived } = await text();
    const { headers, form } = await arrived();
    expect(headers).toMatchObject({ authorization: 'Bearer s3cret-key', 'x-route': 'gold' });
    expect(form).toMatchObject({ api_user: 'harbour', api_key: 'k3y-of-harbour' });
    expect(form).not.toHaveProperty('X-Route');
  });

  it('secret values are never read back, nor kept as they are', async () => {
    await set({
      parameters: [
        { name: 'api_key', value: 'k3y-of-harbour', secret: true },
        { name: 'route', value: 'gold' },
      ],
    });
    const { sms } = await desk.ask(op.SETTINGS);
    expect(sms.parameters).toEqual([
      { name: 'api_key', value: null, header: false, secret: true },
      { name: 'route', value: 'gold', header: false, secret: false },
    ]);
    expect(await everythingAtRest(world)).not.toContain('k3y-of-harbour');
  });

  it('an issuer that looks like a parameter adds no receiver', async () => {
    await setTwoFactor(desk, { issuer: 'A&to=+491234567&x' });
    const { phone, arrived } = await text();
    const { body, form } = await arrived();
    expect(new URLSearchParams(body).getAll('to')).toEqual([phone]);
    expect(form?.message).toContain('A&to=+491234567&x');
    await setTwoFactor(desk, { issuer: 'Harbour' });
  });

  it('a failure that may pass is tried again; until then the text is on its way', async () => {
    gateway.setBehaviour('5xx');
    const { arrived, ended, delivery, phone } = await text();
    await arrived();
    await eventually(delivery, (status) => status === 'QUEUED');
    gateway.setBehaviour('accept');
    world.clock.advance(4);
    expect(await ended()).toBe('SENT');
    expect(gateway.requests.filter(({ form }) => form?.to === phone).length).toBeGreaterThan(1);
  });

  it.each([
    ['refuses', '4xx'],
    ['leads elsewhere, which is not followed', 'redirect'],
  ] as const)(
    'a gateway that %s has failed, and says so to the person and the administrator',
    async (_what, behaviour) => {
      gateway.setBehaviour(behaviour);
      const { ended, phone } = await text();
      expect(await ended()).toBe('FAILED');
      expect(gateway.requests.some(({ path }) => path === '/redirected')).toBe(false);
      const { nodes } = await desk.ask(op.MESSAGES, { status: 'FAILED' });
      expect(nodes[0]).toMatchObject({
        channel: 'SMS',
        template: 'code',
        lastError: expect.stringContaining('The gateway answered'),
      });
      // Nor does the list show whole numbers to whoever may read messages.
      expect(nodes[0].destination).toContain(phone.slice(-2));
    },
  );

  it('no other host of the inside is reached than the operator named', async () => {
    for (const host of ['localhost', '[::1]', '10.0.0.1', '169.254.169.254', '0.0.0.0']) {
      const url = `http://${host}:${String(gateway.port)}/send`;
      const saved = await desk.ask(op.UPDATE_SETTINGS, { input: { sms: { gatewayUrl: url } } });
      if (saved.__typename === 'Refused') continue;
      const before = gateway.requests.length;
      const { ended } = await text();
      expect([host, await ended()]).toEqual([host, 'FAILED']);
      expect(gateway.requests).toHaveLength(before);
    }
  });

  it('numbers of other countries than the allowed ones get no text', async () => {
    await set({ allowedPrefixes: ['+49'] });
    const { email } = await createUser(desk, { useTwoFactor: true, phone: newPhone() });
    const { result } = await begun(world, email, 'EnrollmentRequired');
    expect(result.methods).toEqual([{ method: 'TOTP', destination: null }]);
    const german = await text('+4915112345678');
    expect(german.enrollment).toMatchObject({ __typename: 'Enrollment' });
  });

  it('a number typed at the set-up counts only where there is none on file', async () => {
    const onFile = newPhone();
    const typed = newPhone();
    const has = await createUser(desk, { useTwoFactor: true, phone: onFile });
    const first = await begun(world, has.email, 'EnrollmentRequired');
    await first.client.ask(op.START, { input: { ticket: first.ticket, method: 'SMS', phone: typed } });
    await gateway.waitFor(({ form }) => form?.to === onFile);

    const hasNot = await createUser(desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, hasNot.email, 'EnrollmentRequired');
    const start = (phone?: string) => client.ask(op.START, { input: { ticket, method: 'SMS', phone } });
    expect(await start()).toMatchObject({ code: 'INVALID_VALUE' });
    expect(await start('0612345678')).toMatchObject({ code: 'INVALID_VALUE' });
    const other = newPhone();
    expect(await start(other)).toMatchObject({ __typename: 'Enrollment' });
    await gateway.waitFor(({ form }) => form?.to === other);
    expect(gateway.requests.some(({ form }) => form?.to === typed)).toBe(false);
  });

  it.each([
    ['no URL', { gatewayUrl: 'gateway' }],
    ['a file', { gatewayUrl: 'file:///etc/passwd' }],
    ['credentials in the URL', { gatewayUrl: 'https://user:pass@sms.example.com/' }],
    ['a header that steers the connection', { parameters: [{ name: 'Host', value: 'x', header: true }] }],
    ['a header with a line break', { parameters: [{ name: 'X-Key', value: 'a\r\nX-Evil: 1', header: true }] }],
    ['a parameter name with an ampersand', { messageParameter: 'a&to' }],
    ['a prefix that is none', { allowedPrefixes: ['0031'] }],
  ])('%s is refused, and nothing of it is saved', async (_what, sms) => {
    const before = await desk.ask(op.SETTINGS);
    const result = await desk.ask(op.UPDATE_SETTINGS, { input: { sms: { senderName: 'Other', ...sms } } });
    expect(result).toMatchObject({ __typename: 'Refused', code: 'INVALID_VALUE' });
    expect(await desk.ask(op.SETTINGS)).toEqual(before);
  });
});
