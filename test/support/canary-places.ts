import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { within } from '../../src/platform/queue/index.js';

/** Everything that the database holds, as one text. */
export async function databaseText(dataSource: DataSource): Promise<string> {
  const tables: string[] = [];
  for (const { tableName } of dataSource.entityMetadatas) {
    tables.push(`${tableName} ${JSON.stringify(await dataSource.query(`SELECT * FROM ${tableName}`))}`);
  }
  return tables.join('\n');
}

/** The files of a data folder as they lie there: also pages that are free again, and the journal. Not the folder of mails. */
export function filesIn(folder: string): [name: string, bytes: Buffer][] {
  return (
    readdirSync(folder, { withFileTypes: true })
      // SQLite's `-shm` is an index of page numbers.
      .filter((entry) => entry.isFile() && !entry.name.endsWith('-shm'))
      .map(({ name }) => [name, readFileSync(join(folder, name))])
  );
}

/** Keys that hold this text, with their values. */
export async function redisText(redis: Redis, part = ''): Promise<string> {
  const keys: string[] = [];
  for await (const batch of redis.scanStream({ match: `*${part}*`, count: 1000 })) keys.push(...(batch as string[]));
  const values = await Promise.all(
    keys.map(async (key) => {
      switch (await redis.type(key)) {
        case 'hash':
          return redis.hgetall(key);
        case 'list':
          return redis.lrange(key, 0, -1);
        case 'set':
          return redis.smembers(key);
        case 'zset':
          return redis.zrange(key, 0, -1);
        case 'stream':
          return redis.xrange(key, '-', '+');
        default:
          return redis.get(key);
      }
    }),
  );
  return JSON.stringify([keys, values]);
}

/** What the queue of one world holds; other files share its Redis, so only what is under its prefix. */
export async function queueText(redisUrl: string): Promise<string> {
  const url = new URL(redisUrl);
  const prefix = url.searchParams.get('prefix') ?? '';
  url.search = '';
  const redis = new Redis(url.href, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  // Without a listener a refused connection would be printed; it is what `connect` throws, too.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await redisText(redis, prefix);
  } finally {
    redis.disconnect();
  }
}

export async function metricsText(fastify: FastifyInstance): Promise<string> {
  return (await fastify.inject({ url: '/metrics' })).body;
}

/** Null where the place cannot be reached any more, or not soon: a test has killed the server or closed the application. */
export async function reached<T>(place: () => Promise<T>, withinMs = 5_000): Promise<T | null> {
  try {
    return await within(withinMs, 'The search', place());
  } catch {
    return null;
  }
}
