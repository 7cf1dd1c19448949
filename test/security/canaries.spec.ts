import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { AuditExporter } from '../../src/audit/index.js';
import { type Canary, foundIn, formsOf } from '../support/canary.js';
import { redisText } from '../support/canary-places.js';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { codeIn, createUser, login, mailTo, newAddress, organization, PASSWORD, tokenIn } from '../support/people.js';
import { everythingAtRest, newPhone, roleNamed } from '../support/scenes.js';
import { sharedRedisUrl } from '../support/servers.js';
import { type SmsSink, startSmsSink } from '../support/sms-sink.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const SEED = '5e1f0ddba11c0ffee5e1f0ddba11c0ffee5e1f0d';
const SMTP = 'smtp://mailer:gr4nite-Mailbox-Secret@127.0.0.1:9';
const GATEWAY_KEY = 'c0balt-Gateway-Secret-81';
const TYPED_WRONG = 'crimson kettles hum at noon';
const TYPED_AS_EMAIL = 'ivory lanterns sway at dusk';
const NEXT_PASSWORD = 'forty amber whales sing below';

/**
 * One long journey, looked at after each step, with what can only be looked for in a place so small: six-digit codes, the
 * exports of the audit, and which answer shows what. Every other file is watched as a whole by support/canary-watch.ts.
 */
describe.each(ENGINES)('what is secret appears in its one place and nowhere else, on %s', (engine) => {
  let world: World;
  let gateway: SmsSink;
  let redis: Redis | null;
  const logs: string[] = [];
  const canaries: Canary[] = [];
  /** Answers of GraphQL, each with the canaries that it may hold. */
  const answers: { operation: string; text: string; allowed: string[] }[] = [];
  /** The database and Redis, after each step: what is there for a moment is there. */
  const atRest: string[] = [];
  const allowedInMail = new Map<string, string[]>();

  const canary = (name: string, value: unknown, more: Partial<Canary> = {}): string => {
    const text = String(value);
    if (value === undefined || value === null || text.length < 6) throw new Error(`There is no ${name}.`);
    canaries.push({ name, value: text, ...more });
    return text;
  };
  const look = async (): Promise<void> => {
    atRest.push(await everythingAtRest(world));
    if (redis !== null) atRest.push(await redisText(redis));
  };
  /** Asks, and keeps the answer as one that may show these canaries. */
  const ask = async (client: Client, query: string, variables: Record<string, unknown>, ...allowed: string[]) => {
    const { data, errors } = await client.send(query, variables);
    const operation = /\{\s*(\w+)/.exec(query)?.[1] ?? query;
    answers.push({ operation, text: JSON.stringify({ data, errors }), allowed });
    await look();
    return errors === undefined ? (Object.values(data)[0] as Record<string, any>) : { errors };
  };
  const said = (name: string, address: string, value: string, more: Partial<Canary> = {}): string => {
    allowedInMail.set(address, [...(allowedInMail.get(address) ?? []), name]);
    return canary(name, value, more);
  };

  beforeAll(async () => {
    gateway = await startSmsSink();
    const logSink = { write: (line: string) => void logs.push(line) };
    world = await startWorld(engine, { logSink });
    const url = engine === 'mariadb' ? sharedRedisUrl() : null;
    redis = url === null ? null : new Redis(url);
    await journey();
  }, 60_000);
  afterAll(async () => {
    redis?.disconnect();
    await gateway.stop();
    await world.stop();
  });

  async function journey(): Promise<void> {
    const house = await organization(world, 'on');
    const { admin } = house;
    canary('password', PASSWORD);
    canary('SMTP password', 'gr4nite-Mailbox-Secret');
    canary('gateway secret', GATEWAY_KEY);
    canary('seed of a hard token', SEED);
    canary('wrong password', TYPED_WRONG);
    canary('password typed as a name', TYPED_AS_EMAIL);
    canary('next password', NEXT_PASSWORD);
    const sms = {
      gatewayUrl: `${gateway.url}/send`,
      messageParameter: 'message',
      receiverParameter: 'to',
      usePost: true,
      parameters: [{ name: 'key', value: GATEWAY_KEY, secret: true }],
    };
    const twoFactor = {
      methods: ['TOTP'],
      totpDelivery: 'MAILED_LINK',
      totpResetByMail: true,
      rememberBrowserDays: 30,
    };
    expect((await ask(admin, op.UPDATE_SETTINGS, { input: { sms, twoFactor } })).__typename).toBe('Settings');
    await ask(admin, op.IMPORT_TOKENS, { csv: `SERIAL-7,${SEED}` });
    const application = await ask(admin, op.CREATE_APPLICATION, { name: 'App', kind: 'MOBILE' }, 'application secret');
    canary('application secret', application.secret);
    const robot = await createUser(admin, { kind: 'SERVICE', password: undefined });
    const made = await ask(admin, op.CREATE_API_KEY, { id: robot.id, name: 'Key' }, 'API key');
    canary('API key', made.key);
    const { id: administrator } = await roleNamed(admin, 'Administrator');
    const helper = await createUser(admin, { kind: 'SERVICE', password: undefined, roleIds: [administrator] });
    const desk = world.client();
    desk.token = (await ask(admin, op.CREATE_API_KEY, { id: helper.id, name: 'Desk' }, 'desk key')).key;
    canary('desk key', desk.token);
    const all = await roleNamed(admin, 'All');
    await ask(admin, op.UPDATE_ROLE, { id: all.id, input: { requireTwoFactor: true, graceDays: 0 } });

    // The activation mail, and the first password by its link.
    const email = newAddress('canary');
    const user = await ask(admin, op.CREATE_USER, {
      input: { email, displayName: 'Canary', phone: newPhone(), sendActivationEmail: true },
    });
    const activation = said('activation link', email, tokenIn((await mailTo(world, email, /Confirm|activ/i)).text));
    const client = world.client();
    await ask(client, op.CONFIRM_EMAIL, { token: activation, password: PASSWORD });

    // Wrong, in both fields; then right, an enrollment by a mailed link.
    await ask(client, op.LOGIN, { input: { email, password: TYPED_WRONG } });
    await ask(client, op.LOGIN, { input: { email: TYPED_AS_EMAIL, password: 'x' } });
    const first = await ask(client, op.LOGIN, { input: { email, password: PASSWORD } }, 'ticket');
    const ticket = canary('ticket', first.ticket);
    world.clock.advance(31);
    expect((await ask(client, op.START, { input: { ticket, method: 'TOTP' } })).__typename).toBe('Enrollment');
    const link = said('enrollment link', email, tokenIn((await mailTo(world, email, /set up|app|QR|second/i)).text));
    const opened = await ask(client, op.OPEN_LINK, { input: { token: link, ticket } }, 'TOTP secret');
    const secret = canary('TOTP secret', opened.totp.secret, { base32: true });
    const app = authenticator(secret);
    const code = canary('TOTP code', app(world.clock.now()), { digits: true });
    const enrolled = await ask(
      client,
      op.CONFIRM,
      { input: { ticket, enrollmentId: opened.id, code } },
      ...['access token', 'refresh token', 'recovery code'],
    );
    canary('access token', enrolled.accessToken);
    const refresh = canary('refresh token', enrolled.refreshToken);
    for (const each of enrolled.recoveryCodes as string[]) canary('recovery code', each);
    client.token = enrolled.accessToken;
    world.clock.advance(1);
    const next = await ask(client, op.REFRESH, { token: refresh }, 'second access token', 'second refresh token');
    canary('second access token', next.accessToken);
    canary('second refresh token', next.refreshToken);

    // Signed in: proven again, a new password, which ends nothing of this session.
    world.clock.advance(30);
    client.token = next.accessToken;
    const proof = canary('second TOTP code', app(world.clock.now()), { digits: true });
    await ask(client, op.REAUTHENTICATE, { input: { password: PASSWORD, method: 'TOTP', code: proof } });
    expect((await ask(client, op.CHANGE_PASSWORD, { current: PASSWORD, next: NEXT_PASSWORD })).__typename).toBe('Done');

    await ask(desk, op.UPDATE_SETTINGS, { input: { twoFactor: { methods: ['TOTP', 'EMAIL', 'SMS'] } } });
    await ask(desk, op.UPDATE_USER, { id: user.id, input: { displayName: 'Canary bird' } });
    await world.dataSource.query('UPDATE users SET phoneConfirmedAt = emailConfirmedAt WHERE id = ?', [user.id]);

    // Mailed and texted codes, a wrong one, and a browser that is remembered.
    world.clock.advance(60);
    const second = await ask(world.client(), op.LOGIN, { input: { email, password: NEXT_PASSWORD } }, 'second ticket');
    canary('second ticket', second.ticket);
    await ask(world.client(), op.SEND_CODE, { input: { ticket: second.ticket, method: 'SMS' } });
    const text = await gateway.waitFor(({ form }) => /\d{6}/.test(form?.message ?? ''));
    canary('texted code', codeIn(text.form?.message ?? ''), { digits: true });
    world.clock.advance(31);
    await ask(world.client(), op.SEND_CODE, { input: { ticket: second.ticket, method: 'EMAIL' } });
    const mailed = said('mailed code', email, codeIn((await mailTo(world, email, /code/i)).text), { digits: true });
    await ask(world.client(), op.VERIFY, { input: { ticket: second.ticket, method: 'TOTP', code: '735' + '914' } });
    const verify = { ticket: second.ticket, method: 'EMAIL', code: mailed, rememberBrowser: true };
    const names = ['third access token', 'third refresh token', 'trusted browser'];
    const signedIn = await ask(world.client(), op.VERIFY, { input: verify }, ...names);
    canary('third access token', signedIn.accessToken);
    canary('third refresh token', signedIn.refreshToken);
    canary('trusted browser', signedIn.trustedBrowserToken);

    // A recovery code; a reset of the QR code by mail; an administrator's view of it all.
    world.clock.advance(700);
    const third = await login(world.client(), email, NEXT_PASSWORD);
    canary('third ticket', third.ticket);
    await ask(world.client(), op.REQUEST_RESET, { ticket: third.ticket });
    said('reset link', email, tokenIn((await mailTo(world, email, /reset|new QR|again/i)).text));
    const recovery = { ticket: third.ticket, method: 'RECOVERY_CODE', code: enrolled.recoveryCodes[0] };
    await ask(world.client(), op.VERIFY, { input: recovery }, 'last access token', 'last refresh token');
    await ask(desk, op.ME, {});
    await ask(desk, op.USER, { id: user.id });
    // A fault of the client's that holds a secret, in each place in which it can.
    await desk.send(`mutation { login(input: { email: "a@b.c", password: ["${PASSWORD}"] }) { __typename } }`);
    await desk.send(op.LOGIN, { input: { email, password: PASSWORD, extra: TYPED_WRONG } });
    await world.fastify.inject({ url: `/?token=${activation}&password=${encodeURIComponent(PASSWORD)}` });
    const smtp = await ask(desk, op.UPDATE_SETTINGS, { input: { email: { smtpUrl: SMTP } } });
    expect(smtp.errors ?? smtp.__typename).toBeDefined();
    await look();
  }

  it('the search finds what is there', () => {
    expect(canaries.length).toBeGreaterThan(30);
    const planted: Canary = { name: 'planted', value: 'violet-anchor-drift' };
    for (const form of formsOf(planted)) expect(foundIn(`some ${String(form)} text`, [planted])).not.toEqual([]);
    expect(foundIn('the code is 735914.', [{ name: 'code', value: '735914', digits: true }])).toHaveLength(0);
    expect(foundIn('the code is 735914 now', [{ name: 'code', value: '735914', digits: true }])).toHaveLength(1);
    expect(atRest.length).toBeGreaterThan(20);
    expect(logs.length).toBeGreaterThan(20);
  });

  it('logs, at the level debug', () => {
    expect(foundIn(logs.join('\n'), canaries)).toEqual([]);
  });

  it('every row of every table, and Redis, after each step', () => {
    for (const state of atRest) expect(foundIn(state, canaries)).toEqual([]);
  });

  it('mails, but for the one that is meant', async () => {
    for (const { to, subject, text, html } of await world.mails()) {
      const allowed = allowedInMail.get(to) ?? [];
      const strangers = canaries.filter(({ name }) => !allowed.includes(name));
      expect({ to, subject, found: foundIn(`${subject}\n${text}\n${html}`, strangers) }).toEqual({
        to,
        subject,
        found: [],
      });
      // And that one holds no more than one of them.
      const own = canaries.filter(({ name }) => allowed.includes(name));
      expect(new Set(foundIn(text, own).map((found) => found.split(' as ')[0])).size).toBeLessThanOrEqual(1);
    }
  });

  it('answers of GraphQL, but for the one that is meant', () => {
    for (const { operation, text, allowed } of answers) {
      const strangers = canaries.filter(({ name }) => !allowed.includes(name));
      expect({ operation, found: foundIn(text, strangers) }).toEqual({ operation, found: [] });
    }
  });

  it('the metrics, the health page, and the audit in each of its exports', async () => {
    const pages = await Promise.all(
      ['/metrics', '/health/ready', '/.well-known/jwks.json'].map((url) => world.fastify.inject({ url })),
    );
    for (const { body } of pages) expect(foundIn(body, canaries)).toEqual([]);
    const exporter = world.app.get(AuditExporter, { strict: false });
    const organizations: { id: string }[] = await world.dataSource.query('SELECT id FROM organizations');
    for (const { id } of organizations) {
      for (const format of ['ndjson', 'csv'] as const) {
        let text = '';
        for await (const line of exporter.lines(id, format)) text += line;
        expect(text.length).toBeGreaterThan(100);
        expect(foundIn(text, canaries)).toEqual([]);
      }
    }
  });

  it('what the gateway is told, but for the code', () => {
    const { body = '', path = '' } = gateway.requests.at(-1) ?? {};
    const strangers = canaries.filter(({ name }) => !['texted code', 'gateway secret'].includes(name));
    expect(foundIn(path + body, strangers)).toEqual([]);
  });
});
