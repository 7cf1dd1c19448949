import { describe, expect, it, jest } from '@jest/globals';
import { Readiness } from './readiness.js';

const works = () => Promise.resolve();
const fails = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.5:3306'));
const hangs = () => new Promise<never>(() => undefined);

const readiness = (query: (sql: string) => Promise<unknown>, ping: () => Promise<void>) =>
  new Readiness({ query: query as never }, { ping });

describe('Readiness', () => {
  it('asks both, and names which is down without saying why', async () => {
    expect(await readiness(works, works).report()).toMatchObject({
      ready: true,
      parts: { database: 'up', queue: 'up' },
    });
    const down = await readiness(fails, works).report();
    expect(down).toMatchObject({ ready: false, parts: { database: 'down', queue: 'up' } });
    expect(JSON.stringify(down)).not.toContain('10.0.0.5');
  });

  it('stays ready without the queue, which sign-ins do not need, and says that it is down', async () => {
    expect(await readiness(works, fails).report()).toMatchObject({
      ready: true,
      parts: { database: 'up', queue: 'down' },
    });
  });

  it('really asks the database', async () => {
    const query = jest.fn((_sql: string) => works());
    await readiness(query, works).report();
    expect(query).toHaveBeenCalledWith('SELECT 1');
  });

  it('counts what hangs for two seconds as down', async () => {
    const started = performance.now();
    expect(await readiness(hangs, works).report()).toMatchObject({ ready: false, parts: { database: 'down' } });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('is not ready once it stops, although all is up', async () => {
    const one = readiness(works, works);
    one.stop();
    expect(await one.report()).toEqual({ ready: false, stopping: true, parts: { database: 'up', queue: 'up' } });
  });

  it('shares one check among all who ask at once, and checks anew afterwards', async () => {
    const query = jest.fn((_sql: string) => works());
    const one = readiness(query, works);
    await Promise.all(Array.from({ length: 50 }, () => one.report()));
    expect(query).toHaveBeenCalledTimes(1);
    await one.report();
    expect(query).toHaveBeenCalledTimes(2);
  });
});
