import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { JobQueue, LANES, type Lane, QueueModule } from '../../src/platform/queue/index.js';
import { freePort } from '../support/ports.js';
import { startRedis } from '../support/redis.js';
import { sharedRedisUrl } from '../support/servers.js';

const opened: TestingModule[] = [];

async function open(redisUrl: string | null): Promise<JobQueue> {
  const module = await Test.createTestingModule({ imports: [QueueModule.forRoot({ redisUrl })] }).compile();
  // What these tests do to the queue is worth many complaints.
  Logger.overrideLogger(false);
  await module.init();
  opened.push(module);
  return module.get(JobQueue);
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((module) => module.close()));
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean | Promise<boolean>, ms = 5_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('It did not come to that in time.');
    await pause(10);
  }
}

/** A handler that holds every id until it is let go. */
function gate() {
  const begun: string[] = [];
  const holders: (() => void)[] = [];
  let isOpen = false;
  return {
    begun,
    handler: async (id: string): Promise<void> => {
      begun.push(id);
      if (!isOpen) await new Promise<void>((resolve) => holders.push(resolve));
    },
    release: (): void => {
      isOpen = true;
      for (const resolve of holders) resolve();
    },
  };
}

/** Milliseconds until `work` is refused; fails if it is not. */
async function timeToRefusal(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await expect(work).rejects.toThrow();
  return performance.now() - start;
}

describe.each(['in-process', 'Bull'] as const)('the queue, %s', (adapter) => {
  /** A queue of its own; null where there is no Redis. */
  const fresh = async (): Promise<JobQueue | null> => {
    if (adapter === 'in-process') return open(null);
    const url = sharedRedisUrl();
    return url === null ? null : open(`${url}?prefix=test-${randomUUID()}`);
  };

  it('hands over every id once, in the order of a lane', async () => {
    const queue = await fresh();
    if (!queue) return;
    const ids = Array.from({ length: 50 }, () => randomUUID());
    for (const id of ids.slice(0, 25)) await queue.publish('normal', id);
    const seen: string[] = [];
    await queue.consume('normal', 1, async (id) => void seen.push(id));
    for (const id of ids.slice(25)) await queue.publish('normal', id);
    await until(() => seen.length >= ids.length);
    expect(seen).toEqual(ids);
    expect(await queue.depth()).toEqual({ codes: 0, normal: 0, bulk: 0 });
  });

  it('keeps to the concurrency of a lane, and uses it', async () => {
    const queue = await fresh();
    if (!queue) return;
    const { begun, handler, release } = gate();
    await queue.consume('normal', 3, handler);
    for (let index = 0; index < 10; index += 1) await queue.publish('normal', randomUUID());
    await until(() => begun.length === 3);
    await pause(100);
    expect(begun).toHaveLength(3);
    expect(await queue.depth()).toMatchObject({ normal: 7 });
    release();
    await until(() => begun.length === 10);
  });

  it('does not let a full lane hold up another', async () => {
    const queue = await fresh();
    if (!queue) return;
    const bulk = gate();
    await queue.consume('bulk', 2, bulk.handler);
    const codes: string[] = [];
    await queue.consume('codes', 2, async (id) => void codes.push(id));
    await Promise.all(Array.from({ length: 300 }, () => queue.publish('bulk', randomUUID())));
    await until(() => bulk.begun.length === 2);
    const start = performance.now();
    await queue.publish('codes', randomUUID());
    await until(() => codes.length === 1);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(bulk.begun).toHaveLength(2);
    bulk.release();
  });

  it('takes an id once while it waits, and again when it is done', async () => {
    const queue = await fresh();
    if (!queue) return;
    const id = randomUUID();
    for (let index = 0; index < 5; index += 1) await queue.publish('codes', id);
    expect(await queue.depth()).toMatchObject({ codes: 1 });
    const seen: string[] = [];
    await queue.consume('codes', 2, async (taken) => void seen.push(taken));
    await until(async () => seen.length === 1 && (await queue.depth()).codes === 0);
    await pause(50);
    await queue.publish('codes', id);
    await until(() => seen.length === 2);
    expect(seen).toEqual([id, id]);
  });

  it('goes on after a handler that throws, and takes the same id again', async () => {
    const queue = await fresh();
    if (!queue) return;
    const bad = randomUUID();
    const seen: string[] = [];
    await queue.consume('normal', 1, async (id) => {
      seen.push(id);
      if (id === bad && seen.length === 1) throw new Error('on purpose');
    });
    await queue.publish('normal', bad);
    const good = randomUUID();
    await queue.publish('normal', good);
    await until(() => seen.length === 2);
    await pause(50);
    await queue.publish('normal', bad);
    await until(() => seen.length === 3);
    expect(seen).toEqual([bad, good, bad]);
  });

  it('closes when the work in hand is done, and takes nothing more', async () => {
    const queue = await fresh();
    if (!queue) return;
    const { begun, handler, release } = gate();
    await queue.consume('normal', 1, handler);
    await queue.publish('normal', randomUUID());
    await until(() => begun.length === 1);
    await queue.publish('normal', randomUUID());
    let closed = false;
    const closing = queue.close().then(() => {
      closed = true;
    });
    await pause(700);
    expect(closed).toBe(false);
    release();
    await closing;
    await pause(50);
    expect(begun).toHaveLength(1);
    await expect(queue.publish('normal', randomUUID())).rejects.toThrow('closed');
    await expect(queue.ping()).rejects.toThrow('closed');
  });

  it('answers a ping', async () => {
    const queue = await fresh();
    await queue?.ping();
  });
});

describe('the queue on a Redis in trouble', () => {
  it('refuses within a second and a half when there is no Redis, and says so to a ping', async () => {
    const queue = await open(`redis://127.0.0.1:${String(await freePort())}`);
    expect(await timeToRefusal(queue.publish('codes', randomUUID()))).toBeLessThan(1_500);
    expect(await timeToRefusal(queue.ping())).toBeLessThan(1_500);
    expect(await timeToRefusal(queue.depth())).toBeLessThan(1_500);
  });

  it('refuses in time when Redis hangs, and recovers', async () => {
    const redis = await startRedis();
    if (!redis) return;
    try {
      const queue = await open(redis.url);
      await queue.publish('codes', randomUUID());
      process.kill(redis.pid ?? 0, 'SIGSTOP');
      expect(await timeToRefusal(queue.publish('codes', randomUUID()))).toBeLessThan(1_500);
      process.kill(redis.pid ?? 0, 'SIGCONT');
      await until(() =>
        queue.ping().then(
          () => true,
          () => false,
        ),
      );
    } finally {
      await redis.stop();
    }
  });

  it('starts without Redis, and works once it is there; survives its death and a flush', async () => {
    const redis = await startRedis();
    if (!redis) return;
    try {
      await redis.kill();
      const queue = await open(redis.url);
      const seen: string[] = [];
      for (const lane of LANES) await queue.consume(lane, 2, async (id) => void seen.push(`${lane} ${id}`));
      expect(await timeToRefusal(queue.publish('codes', randomUUID()))).toBeLessThan(1_500);
      await pause(300);

      const arrives = async (lane: Lane): Promise<void> => {
        const id = randomUUID();
        await until(
          () =>
            queue.publish(lane, id).then(
              () => true,
              () => false,
            ),
          10_000,
        );
        await until(() => seen.includes(`${lane} ${id}`), 10_000);
      };
      await redis.restart();
      for (const lane of LANES) await arrives(lane);
      await redis.kill();
      await pause(500);
      expect(await timeToRefusal(queue.publish('codes', randomUUID()))).toBeLessThan(1_500);
      await redis.restart();
      for (const lane of LANES) await arrives(lane);
      await redis.flush();
      for (const lane of LANES) await arrives(lane);
    } finally {
      await redis.stop();
    }
  });

  it('leaves nothing but the id in Redis, and nothing at all of what is done', async () => {
    const url = sharedRedisUrl();
    if (url === null) return;
    const prefix = `test-${randomUUID()}`;
    const queue = await open(`${url}?prefix=${prefix}`);
    const { begun, handler, release } = gate();
    await queue.consume('codes', 1, handler);
    const id = randomUUID();
    await queue.publish('codes', id);
    await until(() => begun.length === 1);
    const { Redis } = await import('ioredis');
    const redis = new Redis(url);
    try {
      expect(await redis.hget(`{${prefix}}:codes:${id}`, 'data')).toBe(JSON.stringify({ id }));
      release();
      await until(async () => (await redis.exists(`{${prefix}}:codes:${id}`)) === 0);
    } finally {
      redis.disconnect();
    }
  });

  it('refuses a URL that it cannot read', () => {
    expect(() => QueueModule.forRoot({ redisUrl: 'redis://:hunter2@a b' })).toThrow(
      expect.not.stringContaining('hunter2'),
    );
  });
});
