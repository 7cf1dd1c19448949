import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeliveryError } from '../../src/notification/delivery-error.js';
import { DevMailbox } from '../../src/notification/dev-mailbox.js';
import { DevMailboxModule, type SmsGateway } from '../../src/notification/index.js';
import { type OutgoingMail, SmtpTransport } from '../../src/notification/mail.transport.js';
import { SmsTransport } from '../../src/notification/sms.transport.js';
import { type Config, ConfigModule, loadConfig } from '../../src/platform/config/index.js';
import { CryptoModule, KeyRing, Random, SystemClock } from '../../src/platform/crypto/index.js';
import { startSmsSink, type SmsSink } from '../support/sms-sink.js';
import { startSmtpSink } from '../support/smtp-sink.js';

Logger.overrideLogger(false);

const mailTo = (to: string, changes: Partial<OutgoingMail> = {}): OutgoingMail => ({
  from: { name: 'ACME', address: 'no-reply@acme.example' },
  to,
  messageId: '<1@acme.example>',
  subject: 'Hello',
  text: 'Hello\n',
  html: '<p>Hello</p>',
  ...changes,
});

describe('mail by SMTP', () => {
  it('lets a full lane hold up no other', async () => {
    const sink = await startSmtpSink({ behaviour: 'slow', slowMs: 1_000 });
    const transport = new SmtpTransport();
    try {
      const bulk = Array.from({ length: 12 }, () => transport.send(sink.url, 'bulk', mailTo('bulk@example.com')));
      const start = performance.now();
      const code = transport.send(sink.url, 'codes', mailTo('code@example.com'));
      await sink.waitFor(({ to }) => to.includes('code@example.com'));
      expect(performance.now() - start).toBeLessThan(900);
      await Promise.all([...bulk, code]);
      expect(sink.mails).toHaveLength(13);
      expect(sink.connections).toBeLessThan(13);
    } finally {
      transport.onApplicationShutdown();
      await sink.stop();
    }
  });

  it('fails in a way that may pass when nobody listens', async () => {
    const transport = new SmtpTransport();
    await expect(transport.send('smtp://127.0.0.1:1', 'codes', mailTo('a@example.com'))).rejects.toMatchObject({
      permanent: false,
      message: expect.not.stringContaining('127.0.0.1'),
    });
    transport.onApplicationShutdown();
  });
});

describe('a gateway URL that reaches inside', () => {
  let sink: SmsSink;
  beforeAll(async () => {
    sink = await startSmsSink();
  });
  afterAll(() => sink.stop());

  const send = (gatewayUrl: string, smsGatewayHosts: string[], usePost = false): Promise<void> => {
    const gateway: SmsGateway = {
      gatewayUrl,
      messageParameter: 'text',
      receiverParameter: 'to',
      senderName: null,
      usePost,
      parameters: [{ name: 'X-Key', value: 'k', header: true }],
      allowedPrefixes: [],
    };
    return new SmsTransport({ smsGatewayHosts } as unknown as Config).send(gateway, '+31612345678', 'hi & bye');
  };

  it('is used where the operator named the address or the host', async () => {
    await send(`${sink.url}/a`, ['127.0.0.1']);
    await send(`http://localhost:${String(sink.port)}/b`, ['localhost'], true);
    const [get, post] = sink.requests;
    expect(get).toMatchObject({ method: 'GET', path: '/a', query: { text: 'hi & bye', to: '+31612345678' } });
    expect(post).toMatchObject({ method: 'POST', path: '/b', form: { text: 'hi & bye', to: '+31612345678' } });
    expect(post?.headers['x-key']).toBe('k');
  });

  it.each<[string, (port: string) => string, string[]]>([
    ['loopback', (port) => `http://127.0.0.1:${port}/`, []],
    ['loopback in other clothes', (port) => `http://2130706433:${port}/`, []],
    ['loopback, where only another host is named', (port) => `http://127.0.0.1:${port}/`, ['sms.example.com']],
    ['a name that leads to loopback', (port) => `http://localhost:${port}/`, []],
    ['a name that leads to loopback and is not named', (port) => `http://localhost:${port}/`, ['127.0.0.1']],
    ['IPv6 loopback', (port) => `http://[::1]:${port}/`, []],
    ['loopback as mapped IPv6', (port) => `http://[::ffff:127.0.0.1]:${port}/`, []],
    ['another scheme', () => 'file:///etc/passwd', []],
  ])('is refused for good: %s', async (_case, url, named) => {
    const before = sink.requests.length;
    await expect(send(url(String(sink.port)), named)).rejects.toMatchObject({ permanent: true });
    expect(sink.requests).toHaveLength(before);
  });

  it('is not followed to from elsewhere', async () => {
    const inside = await startSmsSink();
    const outside = await startSmsSink({ behaviour: 'redirect', redirectTo: `${inside.url}/metadata` });
    try {
      const sending = send(`${outside.url}/`, ['127.0.0.1']);
      await expect(sending).rejects.toMatchObject({ permanent: true, message: expect.stringContaining('Redirects') });
      expect(inside.requests).toHaveLength(0);
    } finally {
      await inside.stop();
      await outside.stop();
    }
  });

  it('fails in a way that may pass when nobody listens', async () => {
    await expect(send('http://127.0.0.1:1/', ['127.0.0.1'])).rejects.toThrow(DeliveryError);
    await expect(send('http://127.0.0.1:1/', ['127.0.0.1'])).rejects.toMatchObject({ permanent: false });
  });
});

describe('the mailbox of embedded mode', () => {
  let dataDir: string;
  let config: Config;
  let app: NestFastifyApplication;
  let mailbox: DevMailbox;
  const random = new Random();
  const clock = new SystemClock();

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'countersign-mailbox-'));
    config = loadConfig({ DATA_DIR: dataDir }, 'embedded');
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        CryptoModule.forRoot({ keyRing: KeyRing.parse(KeyRing.generate()) }),
        DevMailboxModule.forRoot(config),
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    mailbox = app.get(DevMailbox);
  });
  afterAll(async () => {
    await app.close();
    await rm(dataDir, { recursive: true });
  });

  const get = (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    app.inject({ method: 'GET', url, headers: { host: 'localhost:3000', ...headers }, remoteAddress });

  it('is empty at first', async () => {
    expect((await get('/dev/mailbox.json')).json()).toEqual([]);
    expect((await get('/dev/mailbox')).body).toContain('There are none yet.');
  });

  it('shows mails newest first, as text, with live links to this service only', async () => {
    const text = `${config.publicUrl}/enroll?token=abc\n\nhttps://evil.example/ <script>alert(1)</script>\n`;
    await mailbox.store(random.id(clock.now()), mailTo('first@example.com'));
    await mailbox.store(random.id(clock.now()), mailTo('second@example.com', { text, subject: '<b>hi</b>' }));
    const page = await get('/dev/mailbox');
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.body).toContain(`<a href="${config.publicUrl}/enroll?token=abc"`);
    expect(page.body).not.toMatch(/<script|<b>hi|href="https:\/\/evil/);
    expect((await get('/dev/mailbox.json')).json()).toMatchObject([
      { to: 'second@example.com', text },
      { to: 'first@example.com' },
    ]);
  });

  it('keeps a mail that is sent twice once, in a file that its owner alone can read', async () => {
    const id = random.id(clock.now());
    await mailbox.store(id, mailTo('twice@example.com'));
    await mailbox.store(id, mailTo('twice@example.com'));
    expect((await mailbox.list()).filter((mail) => mail.id === id)).toHaveLength(1);
    const folder = join(dataDir, 'mail');
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('keeps the newest five hundred', async () => {
    const last = random.id(clock.now());
    for (let index = 0; index < 505; index += 1)
      await mailbox.store(random.id(clock.now()), mailTo('many@example.com'));
    const kept = await mailbox.list();
    expect(kept).toHaveLength(500);
    expect(kept.some(({ id }) => id === last)).toBe(false);
  });

  it.each<[string, Record<string, string>, string]>([
    ['another machine', {}, '192.0.2.9'],
    ['somebody behind a proxy', { 'x-forwarded-for': '192.0.2.9' }, '127.0.0.1'],
    ['a page whose name was made to point here', { host: 'evil.example:3000' }, '127.0.0.1'],
  ])('is closed to %s', async (_case, headers, remoteAddress) => {
    for (const url of ['/dev/mailbox', '/dev/mailbox.json']) {
      const answer = await get(url, headers, remoteAddress);
      expect(answer.statusCode).toBe(403);
      expect(answer.body).not.toContain('example.com');
    }
  });

  it('is not there in production, nor where mails are sent', () => {
    expect(DevMailboxModule.forRoot({ ...config, mode: 'production' }).controllers).toBeUndefined();
    expect(DevMailboxModule.forRoot({ ...config, smtpUrl: 'smtp://mail.example' }).controllers).toBeUndefined();
  });
});
