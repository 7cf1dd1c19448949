import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Dispatcher } from '../../src/notification/dispatcher.js';
import {
  CHANNEL_SETTINGS,
  CODE_SOURCE,
  type MailSettings,
  MessageEntity,
  MessagesService,
  NotificationModule,
  NotificationWorkerModule,
  Outbox,
  type OutgoingMessage,
  type SmsGateway,
} from '../../src/notification/index.js';
import { Sweep } from '../../src/notification/sweep.js';
import { ConfigModule, loadConfig } from '../../src/platform/config/index.js';
import { Clock, CryptoModule, KeyRing } from '../../src/platform/crypto/index.js';
import { DatabaseModule, UnitOfWork } from '../../src/platform/database/index.js';
import { JobQueue, type Lane, QueueModule } from '../../src/platform/queue/index.js';
import type { DeliveryStatus } from '../../src/shared/codes.js';
import { pageRequest } from '../../src/shared/page.js';
import { freshDatabase } from '../support/servers.js';
import { startSmsSink, type SmsSink } from '../support/sms-sink.js';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.js';

class TestClock extends Clock {
  at = new Date('2031-05-06T07:08:09.123Z');
  override now(): Date {
    return new Date(this.at);
  }
  forward(seconds: number): void {
    this.at = new Date(this.at.getTime() + seconds * 1_000);
  }
}

/** Remembers what it was told, and hands over nothing by itself. */
class RecordingQueue extends JobQueue {
  published: [Lane, string][] = [];
  isDown = false;
  override publish(lane: Lane, id: string): Promise<void> {
    if (this.isDown) return Promise.reject(new Error('down'));
    this.published.push([lane, id]);
    return Promise.resolve();
  }
  override consume(): Promise<void> {
    return Promise.resolve();
  }
  override depth(): Promise<Record<Lane, number>> {
    return this.isDown ? Promise.reject(new Error('down')) : Promise.resolve({ codes: 0, normal: 0, bulk: 0 });
  }
  override async ping(): Promise<void> {}
  override async close(): Promise<void> {}
}

const ACME = '0190a000-0000-7000-8000-000000000001';
const OTHER = '0190a000-0000-7000-8000-000000000002';
const USER = '0190a000-0000-7000-8000-0000000000aa';
const CHALLENGE = '0190a000-0000-7000-8000-0000000000cc';
const TO = 'ann.secret@example.com';
const TOKEN = 'Tok3nTok3nTok3nTok3nTok3nTok3nTok3nTok3n';
const CODE = '918273';
const PHONE = '+31687654321';

const notice = (changes: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  organizationId: ACME,
  userId: USER,
  channel: 'EMAIL',
  priority: 'NORMAL',
  template: 'password-changed',
  locale: 'en',
  destination: TO,
  facts: { issuer: 'ACME', browser: 'Firefox', ip: '192.0.2.1' },
  ...changes,
});

describe.each(['SQLite', 'MariaDB'] as const)('the outbox and its delivery on %s', (engine) => {
  const clock = new TestClock();
  const queue = new RecordingQueue();
  const lines: string[] = [];
  const codes = new Map<string, string>();
  let asked = 0;
  let mail: MailSettings;
  let gateway: SmsGateway | null;
  let smtp: SmtpSink;
  let sms: SmsSink;
  let module: TestingModule | null = null;
  let outbox: Outbox;
  let messages: MessagesService;
  let dispatcher: Dispatcher;
  let sweep: Sweep;
  let unitOfWork: UnitOfWork;
  const cleanups: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    smtp = await startSmtpSink();
    sms = await startSmsSink();
    const dataDir = await mkdtemp(join(tmpdir(), 'countersign-outbox-'));
    cleanups.push(
      () => smtp.stop(),
      () => sms.stop(),
      () => rm(dataDir, { recursive: true }),
    );
    const database = engine === 'SQLite' ? null : await freshDatabase();
    if (engine === 'MariaDB' && !database) return;
    if (database) cleanups.push(() => database.drop());
    const config = loadConfig(
      {
        DATA_DIR: dataDir,
        SMTP_URL: smtp.url,
        SMS_GATEWAY_HOSTS: '127.0.0.1',
        PUBLIC_URL: 'https://sign-in.example.com',
        ...(database ? { DATABASE_URL: database.url.replace('mysql:', 'mariadb:') } : {}),
      },
      'embedded',
    );
    module = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        CryptoModule.forRoot({ keyRing: KeyRing.parse(KeyRing.generate()) }),
        DatabaseModule.forRoot({ config, entities: [MessageEntity], migrate: true }),
        QueueModule.forRoot({ redisUrl: null }),
        NotificationModule,
        NotificationWorkerModule.forRoot({
          imports: [],
          codeSource: {
            provide: CODE_SOURCE,
            useValue: {
              codeFor: (challengeId: string, counter: number) => {
                asked += 1;
                return Promise.resolve(codes.get(`${challengeId} ${String(counter)}`) ?? null);
              },
            },
          },
          channelSettings: {
            provide: CHANNEL_SETTINGS,
            useValue: { mail: () => Promise.resolve(mail), sms: () => Promise.resolve(gateway) },
          },
          sweepEveryMs: 3_600_000,
        }),
      ],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .overrideProvider(JobQueue)
      .useValue(queue)
      .compile();
    const keep = (line: unknown): void => void lines.push(String(line));
    Logger.overrideLogger({ log: keep, warn: keep, error: keep, debug: keep, verbose: keep, fatal: keep });
    await module.init();
    outbox = module.get(Outbox);
    messages = module.get(MessagesService);
    dispatcher = module.get(Dispatcher);
    sweep = module.get(Sweep);
    unitOfWork = module.get(UnitOfWork);
  });

  afterAll(async () => {
    await module?.close();
    for (const cleanup of cleanups) await cleanup();
  });

  beforeEach(async () => {
    if (!module) return;
    await unitOfWork.run((tx) => tx.repository(MessageEntity).clear());
    await smtp.setBehaviour('accept');
    sms.setBehaviour('accept');
    smtp.mails.splice(0);
    sms.requests.splice(0);
    lines.splice(0);
    codes.clear();
    queue.published = [];
    queue.isDown = false;
    asked = 0;
    clock.forward(1);
    mail = { smtpUrl: null, fromName: 'ACME', fromAddress: 'no-reply@acme.example' };
    gateway = {
      gatewayUrl: `${sms.url}/send`,
      messageParameter: 'text',
      receiverParameter: 'to',
      senderName: 'ACME',
      usePost: true,
      parameters: [],
      allowedPrefixes: [],
    };
  });

  afterEach(() => {
    for (const secret of [TO, TOKEN, CODE, PHONE]) expect(lines.join('\n')).not.toContain(secret);
  });

  const write = async (changes: Partial<OutgoingMessage> = {}): Promise<string> =>
    (await unitOfWork.run((tx) => outbox.write(tx, notice(changes)))).id;
  const row = async (id: string): Promise<MessageEntity> =>
    unitOfWork.read((tx) => tx.repository(MessageEntity).findOneByOrFail({ id }));
  const statusOf = async (id: string): Promise<DeliveryStatus> => (await row(id)).status;
  const writeCode = (changes: Partial<OutgoingMessage> = {}): Promise<string> => {
    codes.set(`${CHALLENGE} 4`, CODE);
    return write({
      priority: 'CODE',
      template: 'code',
      facts: { issuer: 'ACME', seconds: '90' },
      code: { challengeId: CHALLENGE, counter: 4 },
      expiresAt: new Date(clock.at.getTime() + 90_000),
      ...changes,
    });
  };

  describe('writing', () => {
    it('keeps the row and publishes its id on the lane of its priority', async () => {
      if (!module) return;
      const ids = [await write({ priority: 'BULK' }), await write(), await writeCode()];
      expect(queue.published).toEqual([
        ['bulk', ids[0]],
        ['normal', ids[1]],
        ['codes', ids[2]],
      ]);
      expect(await row(ids[1] ?? '')).toMatchObject({
        status: 'QUEUED',
        attempts: 0,
        createdAt: clock.at,
        dueAt: clock.at,
      });
    });

    it('does neither when the transaction is rolled back', async () => {
      if (!module) return;
      await expect(
        unitOfWork.run(async (tx) => {
          await outbox.write(tx, notice());
          throw new Error('on purpose');
        }),
      ).rejects.toThrow('on purpose');
      expect(queue.published).toEqual([]);
      expect(await unitOfWork.read((tx) => tx.repository(MessageEntity).count())).toBe(0);
    });

    it('does not fail when the queue is down', async () => {
      if (!module) return;
      queue.isDown = true;
      expect(await statusOf(await write())).toBe('QUEUED');
    });

    it('writes many, and publishes all', async () => {
      if (!module) return;
      const many = Array.from({ length: 450 }, (_, index) =>
        notice({ priority: 'BULK', destination: `user${String(index)}@example.com` }),
      );
      const rows = await unitOfWork.run((tx) => outbox.writeMany(tx, many));
      expect(new Set(rows.map(({ id }) => id)).size).toBe(450);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(queue.published.map(([, id]) => id)).toEqual(rows.map(({ id }) => id));
    });

    it.each<[string, Partial<OutgoingMessage>]>([
      ['a second recipient', { destination: 'a@example.com, b@example.com' }],
      ['a header', { destination: 'a@example.com\r\nBcc: b@example.com' }],
      ['a text of what can only be mailed', { channel: 'SMS', destination: PHONE }],
      ['a text to no number', { channel: 'SMS', template: 'test', destination: 'a@example.com' }],
    ])('refuses %s', async (_case, changes) => {
      if (!module) return;
      await expect(write(changes)).rejects.toThrow();
    });
  });

  describe('delivering', () => {
    it('sends a mail with the link that the row holds sealed, and wipes it', async () => {
      if (!module) return;
      const id = await write({ template: 'activation', linkToken: TOKEN, facts: { issuer: 'ACME', seconds: '3600' } });
      expect(JSON.stringify(await row(id))).not.toContain(TOKEN);
      await dispatcher.deliver(id);
      expect(await row(id)).toMatchObject({
        status: 'SENT',
        attempts: 1,
        sentAt: clock.at,
        linkTokenSealed: null,
        lastError: null,
      });
      expect(smtp.mails).toHaveLength(1);
      expect(smtp.mails[0]?.to).toEqual([TO]);
      expect(smtp.mails[0]?.from).toBe('no-reply@acme.example');
      // What the check after each test looks through is there.
      expect(lines).toContain(`Message ${id} SENT, attempt 1`);
      expect(smtp.mails[0]?.text).toContain(`https://sign-in.example.com/confirm-email?token=${TOKEN}`);
      expect(smtp.mails[0]?.headers).toMatchObject({
        'message-id': `<${id}@sign-in.example.com>`,
        'auto-submitted': 'auto-generated',
      });
    });

    it('sends once, though twenty deliver it at once', async () => {
      if (!module) return;
      const id = await write();
      await Promise.all(Array.from({ length: 20 }, () => dispatcher.deliver(id)));
      expect(smtp.mails).toHaveLength(1);
      expect(await row(id)).toMatchObject({ status: 'SENT', attempts: 1 });
      await dispatcher.deliver(id);
      expect(smtp.mails).toHaveLength(1);
    });

    it('derives the code only when it sends it', async () => {
      if (!module) return;
      const id = await writeCode();
      expect(asked).toBe(0);
      await dispatcher.deliver(id);
      expect(smtp.mails[0]?.text).toContain(CODE);
      expect(smtp.mails[0]?.subject).toContain('ACME');
      expect(JSON.stringify(await row(id))).not.toContain(CODE);
    });

    it('does not send a code that has expired, was replaced or was used', async () => {
      if (!module) return;
      const late = await writeCode();
      const replaced = await writeCode({ code: { challengeId: CHALLENGE, counter: 3 } });
      await dispatcher.deliver(replaced);
      expect(await row(replaced)).toMatchObject({ status: 'EXPIRED', lastError: expect.stringContaining('newer') });
      clock.forward(90);
      asked = 0;
      await dispatcher.deliver(late);
      expect(await statusOf(late)).toBe('EXPIRED');
      expect(asked).toBe(0);
      expect(smtp.mails).toHaveLength(0);
    });

    it('tries again after a failure that may pass, not before it is due, and as the same mail', async () => {
      if (!module) return;
      const id = await write();
      await smtp.setBehaviour('refuse-4xx');
      await dispatcher.deliver(id);
      expect(await row(id)).toMatchObject({
        status: 'QUEUED',
        attempts: 1,
        lastError: 'The mail server answered 451.',
      });
      await smtp.setBehaviour('down');
      clock.forward(3);
      await dispatcher.deliver(id);
      expect(await row(id)).toMatchObject({ status: 'QUEUED', attempts: 2 });
      await smtp.setBehaviour('accept');
      clock.forward(6);
      await dispatcher.deliver(id);
      expect(await row(id)).toMatchObject({ status: 'QUEUED', attempts: 2 });
      clock.forward(4);
      await dispatcher.deliver(id);
      expect(await row(id)).toMatchObject({ status: 'SENT', attempts: 3, lastError: null });
      expect(smtp.mails[0]?.headers['message-id']).toContain(id);
    });

    it('survives a connection that breaks in the middle of a mail', async () => {
      if (!module) return;
      const id = await write();
      await smtp.setBehaviour('drop-mid-message');
      await dispatcher.deliver(id);
      expect(await statusOf(id)).toBe('QUEUED');
    });

    it('gives up after six tries', async () => {
      if (!module) return;
      const id = await write();
      await smtp.setBehaviour('refuse-4xx');
      for (let index = 0; index < 8; index += 1) {
        await dispatcher.deliver(id);
        clock.forward(1_000);
      }
      expect(await row(id)).toMatchObject({ status: 'FAILED', attempts: 6 });
    });

    it('says at once that a code will not come when its next try would be too late, and why', async () => {
      if (!module) return;
      const id = await writeCode({ expiresAt: new Date(clock.at.getTime() + 1_500) });
      await smtp.setBehaviour('refuse-4xx');
      await dispatcher.deliver(id);
      expect(await row(id)).toMatchObject({ status: 'EXPIRED', lastError: 'The mail server answered 451.' });
    });

    it('fails for good when the server refuses for good; keeps the link for another try', async () => {
      if (!module) return;
      const expiresAt = new Date(clock.at.getTime() + 60_000);
      const id = await write({ template: 'activation', linkToken: TOKEN, expiresAt });
      await smtp.setBehaviour('refuse-5xx');
      await dispatcher.deliver(id);
      expect(await row(id)).toMatchObject({ status: 'FAILED', lastError: 'The mail server answered 550.' });
      expect((await row(id)).linkTokenSealed).not.toBeNull();

      await smtp.setBehaviour('accept');
      const again = await unitOfWork.run((tx) => messages.retry(tx, ACME, id, clock.now()));
      expect(again).toMatchObject({ status: 'QUEUED', attempts: 0, lastError: null });
      expect(queue.published.at(-1)).toEqual(['normal', id]);
      await dispatcher.deliver(id);
      expect(smtp.mails[0]?.text).toContain(TOKEN);
      expect(await row(id)).toMatchObject({ status: 'SENT', linkTokenSealed: null });
    });

    it('lets nobody add a header or a recipient by a name', async () => {
      if (!module) return;
      mail.fromName = 'ACME\r\nBcc: mole@evil.example';
      const id = await write({ facts: { issuer: 'X\r\nBcc: mole@evil.example\r\n\r\nbody', name: 'a\nb' } });
      await dispatcher.deliver(id);
      expect(smtp.mails[0]?.to).toEqual([TO]);
      expect(smtp.mails[0]?.headers.bcc).toBeUndefined();
      expect(smtp.mails[0]?.raw).not.toMatch(/^Bcc:/im);
    });

    it("takes the organization's own server where it has one", async () => {
      if (!module) return;
      const own = await startSmtpSink();
      try {
        mail.smtpUrl = own.url;
        await dispatcher.deliver(await write());
        expect([own.mails.length, smtp.mails.length]).toEqual([1, 0]);
      } finally {
        await own.stop();
      }
    });
  });

  describe('texts', () => {
    it('go to the gateway as it asks for them', async () => {
      if (!module) return;
      const id = await writeCode({ channel: 'SMS', destination: PHONE });
      await dispatcher.deliver(id);
      expect(await statusOf(id)).toBe('SENT');
      expect(sms.requests).toHaveLength(1);
      expect(sms.requests[0]?.form).toMatchObject({ to: PHONE, sender: 'ACME', text: expect.stringContaining(CODE) });
    });

    it.each<['4xx' | '5xx' | 'drop' | 'redirect', DeliveryStatus]>([
      ['4xx', 'FAILED'],
      ['5xx', 'QUEUED'],
      ['drop', 'QUEUED'],
      ['redirect', 'FAILED'],
    ])('a gateway that answers %s makes it %s', async (behaviour, status) => {
      if (!module) return;
      sms.setBehaviour(behaviour);
      const id = await writeCode({ channel: 'SMS', destination: PHONE });
      await dispatcher.deliver(id);
      expect(await statusOf(id)).toBe(status);
      expect(sms.requests.map(({ path }) => path)).toEqual(['/send']);
    });

    it('fail honestly without a gateway, and for a calling code that is not allowed', async () => {
      if (!module) return;
      const foreign = await writeCode({ channel: 'SMS', destination: PHONE });
      if (gateway) gateway.allowedPrefixes = ['+49'];
      await dispatcher.deliver(foreign);
      expect(await row(foreign)).toMatchObject({
        status: 'FAILED',
        lastError: expect.stringContaining('calling code'),
      });
      gateway = null;
      const without = await writeCode({ channel: 'SMS', destination: PHONE });
      await dispatcher.deliver(without);
      expect(await row(without)).toMatchObject({ status: 'FAILED', lastError: 'No gateway for texts is set.' });
      expect(sms.requests).toHaveLength(0);
    });
  });

  describe('the sweep', () => {
    it('finds what the queue lost, once the queue has had its time, codes first', async () => {
      if (!module) return;
      const lost = [await write({ priority: 'BULK' }), await write(), await writeCode()];
      queue.published = [];
      clock.forward(1);
      await sweep.round();
      expect(queue.published).toEqual([]);
      clock.forward(1);
      await sweep.round();
      expect(queue.published).toEqual([
        ['codes', lost[2]],
        ['normal', lost[1]],
        ['bulk', lost[0]],
      ]);
    });

    it('publishes a next try when it is due', async () => {
      if (!module) return;
      const id = await write();
      await smtp.setBehaviour('refuse-4xx');
      await dispatcher.deliver(id);
      queue.published = [];
      clock.forward(1);
      await sweep.round();
      expect(queue.published).toEqual([]);
      clock.forward(2);
      await sweep.round();
      expect(queue.published).toEqual([['normal', id]]);
    });

    it('takes up what a dead worker left in SENDING, after its lease', async () => {
      if (!module) return;
      const id = await write();
      const dueAt = new Date(clock.at.getTime() + 30_000);
      await unitOfWork.run((tx) =>
        tx.repository(MessageEntity).update({ id }, { status: 'SENDING', attempts: 1, dueAt }),
      );
      queue.published = [];
      await sweep.round();
      await dispatcher.deliver(id);
      expect([queue.published.length, smtp.mails.length]).toEqual([0, 0]);
      clock.forward(31);
      await sweep.round();
      expect(queue.published).toEqual([['normal', id]]);
      await dispatcher.deliver(id);
      expect(await row(id)).toMatchObject({ status: 'SENT', attempts: 2 });
    });

    it('sends by itself, codes too, while the queue is down', async () => {
      if (!module) return;
      queue.isDown = true;
      const ids = [await writeCode(), await write(), await write({ priority: 'BULK' })];
      clock.forward(3);
      await sweep.round();
      expect(await Promise.all(ids.map(statusOf))).toEqual(['SENT', 'SENT', 'SENT']);
    });

    it('expires what is too late, and forgets links that can be sent no more', async () => {
      if (!module) return;
      const expiresAt = new Date(clock.at.getTime() + 5_000);
      const link = { template: 'activation', linkToken: TOKEN, expiresAt } as const;
      const [queued, failed] = [await write(link), await write(link)];
      await smtp.setBehaviour('refuse-5xx');
      await dispatcher.deliver(failed);
      clock.forward(6);
      for (let round = 0; round < 5; round += 1) await sweep.round();
      expect(await row(queued)).toMatchObject({
        status: 'EXPIRED',
        linkTokenSealed: null,
        lastError: expect.any(String),
      });
      expect(await row(failed)).toMatchObject({ status: 'FAILED', linkTokenSealed: null });
    });
  });

  describe('what administrators see', () => {
    it('is their own organization, newest first, page by page and by status', async () => {
      if (!module) return;
      const ids = [await write(), await write(), await write()];
      const foreign = await write({ organizationId: OTHER });
      await dispatcher.deliver(ids[1] ?? '');
      const page = (after: string | null, status?: DeliveryStatus) =>
        unitOfWork.read((tx) => messages.page(tx, ACME, { ...(status ? { status } : {}) }, pageRequest(2, after)));
      const first = await page(null);
      expect(first.nodes.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
      expect(first.hasNextPage).toBe(true);
      const second = await page(first.endCursor);
      expect(second.nodes.map(({ id }) => id)).toEqual([ids[0]]);
      expect(second.hasNextPage).toBe(false);
      expect((await page(null, 'SENT')).nodes.map(({ id }) => id)).toEqual([ids[1]]);
      expect(await unitOfWork.read((tx) => messages.find(tx, ACME, foreign))).toBeNull();
      expect(await unitOfWork.run((tx) => messages.retry(tx, ACME, foreign, clock.now()))).toBeNull();
      expect(await unitOfWork.read((tx) => messages.status(tx, foreign))).toBe('QUEUED');
    });

    it('sends again what failed, but neither what is too late nor what has not failed', async () => {
      if (!module) return;
      const late = await write({
        template: 'activation',
        linkToken: TOKEN,
        expiresAt: new Date(clock.at.getTime() + 5_000),
      });
      const sent = await write();
      await dispatcher.deliver(sent);
      await smtp.setBehaviour('refuse-5xx');
      const failed = [await write(), await write({ organizationId: OTHER })];
      for (const id of [late, ...failed]) await dispatcher.deliver(id);
      clock.forward(10);
      const retry = (id: string) => unitOfWork.run((tx) => messages.retry(tx, ACME, id, clock.now()));
      expect((await retry(sent))?.status).toBe('SENT');
      expect(await retry(late)).toMatchObject({ status: 'EXPIRED', linkTokenSealed: null });
      expect(await unitOfWork.run((tx) => messages.retryAllFailed(tx, ACME, clock.now()))).toEqual({
        queued: 1,
        expired: 0,
      });
      expect(await Promise.all(failed.map(statusOf))).toEqual(['QUEUED', 'FAILED']);
      expect(await unitOfWork.run((tx) => messages.retryAllFailed(tx, null, clock.now()))).toEqual({
        queued: 1,
        expired: 0,
      });
      queue.published = [];
      clock.forward(2);
      await sweep.round();
      expect(queue.published.map(([, id]) => id).sort()).toEqual([...failed].sort());
    });
  });
});
