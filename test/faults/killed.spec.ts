import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Installation, startInstallation } from './installation.js';
import { judge, type Tally } from './judge.js';
import { Traffic } from './traffic.js';

/** The long form does the same, longer and again and again: `npm run test:faults`. */
const LONG = process.env.COUNTERSIGN_LONG === '1';
const ROUNDS = LONG ? 5 : 1;
const BEFORE_MS = LONG ? 5_000 : 1_500;
const DOWN_MS = LONG ? 8_000 : 2_500;
const AFTER_MS = LONG ? 5_000 : 2_000;

/** A death in the middle of load: how it comes, and how it passes. */
interface Fault {
  name: string;
  strike(installation: Installation): Promise<void>;
  mend(installation: Installation): Promise<void>;
}

const FAULTS: Fault[] = [
  { name: 'an API process', strike: ({ apis }) => apis[0].kill(), mend: ({ apis }) => apis[0].start() },
  { name: 'a worker', strike: ({ workers }) => workers[0].kill(), mend: ({ workers }) => workers[0].start() },
  { name: 'Redis, which comes back empty', strike: ({ redis }) => redis.kill(), mend: ({ redis }) => redis.restart() },
  { name: 'all that Redis holds', strike: ({ redis }) => redis.flush(), mend: () => Promise.resolve() },
  { name: 'MariaDB', strike: ({ mariadb }) => mariadb.kill(), mend: ({ mariadb }) => mariadb.restart() },
];

// Nobody comes twice: a quick machine signs a hundred of them in within a second.
const counts = LONG ? { TOTP: 24_000, EMAIL: 8_000, SMS: 0 } : { TOTP: 900, EMAIL: 350, SMS: 0 };

describe('killed in the middle of load', () => {
  let installation: Installation | null = null;
  beforeAll(async () => {
    installation = await startInstallation(counts);
  }, 120_000);
  afterAll(() => installation?.stop(), 60_000);

  for (const fault of FAULTS) {
    it(
      `keeps every promise when ${fault.name} is lost`,
      async () => {
        if (installation === null) return;
        const traffic = new Traffic(installation);
        traffic.start();
        for (let round = 0; round < ROUNDS; round += 1) {
          await pause(BEFORE_MS);
          await fault.strike(installation);
          await pause(DOWN_MS);
          await fault.mend(installation);
          await pause(AFTER_MS);
        }
        await traffic.stop();
        const tally = await judge(installation, traffic.answers);
        if (LONG) report(fault.name, tally);
        // Without these the test would have seen nothing.
        expect(tally.outcomes.SignedIn).toBeGreaterThan(10);
        expect(tally.outcomes.CodeSent).toBeGreaterThan(2);

        const after = new Traffic(installation);
        expect(await after.signIn(installation.next('TOTP'))).toBe(true);
        expect(await after.signIn(installation.next('EMAIL'))).toBe(true);
      },
      120_000 * ROUNDS,
    );
  }

  /** What Bull leaves when Redis is emptied between the two steps in which a worker takes a job. */
  it('sends a code whose id Redis holds for taken, and has in no list', async () => {
    if (installation === null) return;
    const { workers, redis, dataSource } = installation;
    // A death between sending and noting it down leaves one that is sent twice, by the same id.
    const { duplicates } = await judge(installation, []);
    await Promise.all(workers.map((worker) => worker.kill()));
    const person = installation.next('EMAIL');
    expect(await new Traffic(installation).askForCode(person)).toBe(true);
    const [{ id }]: [{ id: string }] = await dataSource.query('SELECT id FROM messages WHERE userId = ?', [person.id]);
    const client = new Redis(redis.url);
    await client.flushall();
    await client.hset(`{countersign}:codes:${id}`, 'processedOn', '1');
    await client.quit();

    await Promise.all(workers.map((worker) => worker.start()));
    await installation.smtp.waitFor(({ to }) => to.includes(person.email), 12_000);
    expect(await judge(installation, [])).toMatchObject({ duplicates });
  }, 60_000);
});

function report(name: string, tally: Tally): void {
  process.stdout.write(`${name}: ${JSON.stringify(tally)}\n`);
}
