import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  CHANNEL_SETTINGS,
  CODE_SOURCE,
  MessageEntity,
  NotificationModule,
  NotificationWorkerModule,
  Outbox,
  type OutgoingMessage,
} from '../../src/notification/index.js';
import { ConfigModule, loadConfig } from '../../src/platform/config/index.js';
import { CryptoModule, KeyRing } from '../../src/platform/crypto/index.js';
import { DatabaseModule, UnitOfWork } from '../../src/platform/database/index.js';
import { QueueModule } from '../../src/platform/queue/index.js';
import { startRedis } from '../support/redis.js';
import { sharedRedisUrl } from '../support/servers.js';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Everything as it runs: outbox, queue, worker and sweep in one process, with the real clock. */
async function start(redisUrl: string | null, slowMs?: number): Promise<{ module: TestingModule; smtp: SmtpSink }> {
  const smtp = await startSmtpSink(slowMs === undefined ? {} : { behaviour: 'slow', slowMs });
  cleanups.push(() => smtp.stop());
  const dataDir = await mkdtemp(join(tmpdir(), 'countersign-whole-'));
  cleanups.push(() => rm(dataDir, { recursive: true }));
  const config = loadConfig({ DATA_DIR: dataDir, SMTP_URL: smtp.url }, 'embedded');
  const mail = { smtpUrl: null, fromName: 'ACME', fromAddress: 'no-reply@acme.example' };
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config),
      CryptoModule.forRoot({ keyRing: KeyRing.parse(KeyRing.generate()) }),
      DatabaseModule.forRoot({ config, entities: [MessageEntity], migrate: true }),
      QueueModule.forRoot({ redisUrl }),
      NotificationModule,
      NotificationWorkerModule.forRoot({
        imports: [],
        codeSource: { provide: CODE_SOURCE, useValue: { codeFor: () => Promise.resolve('123456') } },
        channelSettings: {
          provide: CHANNEL_SETTINGS,
          useValue: { mail: () => Promise.resolve(mail), sms: () => Promise.resolve(null) },
        },
        sweepEveryMs: 100,
      }),
    ],
  }).compile();
  Logger.overrideLogger(false);
  await module.init();
  cleanups.push(() => module.close());
  return { module, smtp };
}

const message = (destination: string, changes: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  organizationId: randomUUID(),
  userId: null,
  channel: 'EMAIL',
  priority: 'NORMAL',
  template: 'test',
  locale: 'en',
  destination,
  facts: { issuer: 'ACME', seconds: '90' },
  ...changes,
});
const code = (destination: string): OutgoingMessage =>
  message(destination, {
    priority: 'CODE',
    template: 'code',
    code: { challengeId: randomUUID(), counter: 0 },
    expiresAt: new Date(Date.now() + 90_000),
  });
const write = (module: TestingModule, ...messages: OutgoingMessage[]): Promise<MessageEntity[]> =>
  module.get(UnitOfWork).run((tx) => module.get(Outbox).writeMany(tx, messages));

describe.each(['in-process', 'Bull'] as const)('a message, with the queue %s', (adapter) => {
  const redisUrl = (): string | null | undefined => {
    if (adapter === 'in-process') return null;
    const url = sharedRedisUrl();
    return url === null ? undefined : `${url}?prefix=test-${randomUUID()}`;
  };

  it('arrives', async () => {
    const url = redisUrl();
    if (url === undefined) return;
    const { module, smtp } = await start(url);
    await write(module, message('ann@example.com'));
    await smtp.waitFor(({ to }) => to.includes('ann@example.com'), 2_000);
  });

  it('with a code overtakes hundreds of bulk mails', async () => {
    const url = redisUrl();
    if (url === undefined) return;
    const { module, smtp } = await start(url, 200);
    const bulk = Array.from({ length: 300 }, (_, index) =>
      message(`b${String(index)}@example.com`, { priority: 'BULK' }),
    );
    await write(module, ...bulk);
    await smtp.waitFor(({ to }) => to[0]?.startsWith('b') === true);
    await write(module, code('code@example.com'));
    await smtp.waitFor(({ to }) => to.includes('code@example.com'), 2_000);
    expect(smtp.mails.length).toBeLessThan(150);
  });
});

describe('a message, when Redis loses what it holds', () => {
  it('arrives all the same, and while Redis is dead too', async () => {
    const redis = await startRedis();
    if (!redis) return;
    cleanups.push(() => redis.stop());
    const { module, smtp } = await start(redis.url, 300);
    const destinations = Array.from({ length: 24 }, (_, index) => `n${String(index)}@example.com`);
    await write(module, ...destinations.map((destination) => message(destination)));
    await smtp.waitFor(() => true);
    await redis.flush();
    await Promise.all(destinations.map((one) => smtp.waitFor(({ to }) => to.includes(one), 15_000)));
    expect(smtp.mails).toHaveLength(destinations.length);

    await redis.kill();
    const begun = performance.now();
    await write(module, code('dead@example.com'));
    // The sign-in that wrote it waits for no queue.
    expect(performance.now() - begun).toBeLessThan(500);
    await smtp.waitFor(({ to }) => to.includes('dead@example.com'), 10_000);

    await redis.restart();
    await write(module, code('back@example.com'));
    await smtp.waitFor(({ to }) => to.includes('back@example.com'), 10_000);
    expect(smtp.mails.filter(({ to }) => to.includes('dead@example.com'))).toHaveLength(1);
  });
});
