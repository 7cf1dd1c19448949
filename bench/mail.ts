import { setTimeout as pause } from 'node:timers/promises';
import Bull from 'bull';
import { freePort } from '../test/support/ports.js';
import { LOGIN, SEND_CODE } from './documents.js';
import { HttpLoop } from './http-loop.js';
import { ask, cpuOf, end, helper } from './processes.js';
import { quantile } from './table.js';
import { insert, PASSWORD, type Person, type World } from './world.js';
import { Random } from '../src/platform/crypto/index.js';

export interface Sink {
  url: string;
  count(): Promise<number>;
  arrivals(): Promise<[string, number][]>;
  stop(): Promise<void>;
}

export async function startSink(): Promise<Sink> {
  const port = await freePort();
  const child = helper('smtp-sink.ts', { PORT: String(port) });
  await new Promise((resolve) => child.once('message', resolve));
  return {
    url: `smtp://127.0.0.1:${String(port)}`,
    count: () => ask<number>(child, { ask: 'count' }),
    arrivals: () => ask<[string, number][]>(child, { ask: 'arrivals' }),
    stop: () => end(child),
  };
}

export async function barePool(sink: Sink, count: number): Promise<number> {
  const child = helper('bare-mail.ts');
  await pause(500);
  const { perSecond } = await ask<{ perSecond: number }>(child, { url: sink.url, count });
  await end(child);
  return perSecond;
}

export interface Drained {
  perSecond: number;
  workerCpuMs: number;
  /** Milliseconds from the answer of `sendCode` to the sink's acceptance, sorted. */
  codes: number[];
}

/**
 * So many mails as the outbox leaves them, in the table and in the queue's bulk lane. Meanwhile people ask for codes, one every hundred milliseconds.
 */
export async function drain(
  world: World,
  sink: Sink,
  port: number,
  workers: number[],
  bulk: number,
  people: Person[],
): Promise<Drained> {
  await sink.arrivals();
  const before = await sink.count();
  await writeBulk(world, bulk, new Random());
  // Some have left while the rest was still being written.
  const early = (await sink.count()) - before;
  const used = sum(workers.map(cpuOf));
  const begun = performance.now();
  const answered = new Map<string, number>();
  const loop = new HttpLoop('127.0.0.1', port);
  const rest = [...people];
  let taken = 0;
  while (taken < bulk) {
    const person = rest.shift();
    if (person !== undefined) answered.set(person.email, await askForCode(loop, person.email));
    await pause(100);
    taken = (await sink.count()) - before - answered.size;
    if (performance.now() - begun > 900_000) throw new Error(`Only ${String(taken)} confirmations were sent.`);
  }
  const seconds = (performance.now() - begun) / 1_000;
  await pause(1_000);
  loop.close();
  const codes = (await sink.arrivals()).flatMap(([to, at]) => {
    const from = answered.get(to);
    return from === undefined ? [] : [Math.max(0, at - from)];
  });
  if (codes.length < answered.size) throw new Error(`${String(answered.size - codes.length)} codes did not arrive.`);
  codes.sort((a, b) => a - b);
  return {
    perSecond: (taken - early) / seconds,
    workerCpuMs: ((sum(workers.map(cpuOf)) - used) * 1_000) / (taken - early),
    codes,
  };
}

export const p99 = (sorted: number[]): number => quantile(sorted, 0.99);

const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);

async function askForCode(loop: HttpLoop, email: string): Promise<number> {
  const post = (query: string, input: object) => loop.post('/graphql', JSON.stringify({ query, variables: { input } }));
  const first = await post(LOGIN, { email, password: PASSWORD });
  const ticket = /"ticket":"([^"]+)"/.exec(first.body)?.[1];
  const sent = await post(SEND_CODE, { ticket, method: 'EMAIL' });
  if (!sent.body.includes('CodeSent')) throw new Error(`No code: ${first.body} ${sent.body}`);
  return Date.now();
}

async function writeBulk(world: World, count: number, random: Random): Promise<void> {
  const now = new Date();
  const queue = new Bull('bulk', world.env.REDIS_URL ?? '', { prefix: '{countersign}' });
  for (let start = 0; start < count; start += 10_000) {
    const rows = Array.from({ length: Math.min(10_000, count - start) }, (_, index) => ({
      ...{ id: random.id(now), organizationId: world.organizationId, userId: null, channel: 'EMAIL', priority: 'BULK' },
      ...{ template: 'email-changed', locale: 'en', destination: `bulk${String(start + index)}@example.com` },
      facts: JSON.stringify({ issuer: 'Bench', name: 'Somebody', time: now.toISOString() }),
      ...{ challengeCounter: 0, status: 'QUEUED', attempts: 0, createdAt: now, dueAt: now },
    }));
    await insert(world.sql, 'messages', rows);
    const opts = { removeOnComplete: true, removeOnFail: true, attempts: 1 };
    await queue.addBulk(rows.map(({ id }) => ({ data: { id }, opts: { ...opts, jobId: id } })));
  }
  await queue.close();
}
