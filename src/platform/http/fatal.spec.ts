import { describe, expect, it } from '@jest/globals';
import { type Config, loadConfig } from '../config/index.js';
import { exitOnBugs, startOrExit } from './fatal.js';

async function run(load: () => Config, start: (config: Config) => Promise<void>) {
  const exits: number[] = [];
  let text = '';
  await startOrExit(load, start, {
    stderr: { write: (part) => (text += part) },
    exit: (code) => exits.push(code),
  });
  return { exits, text };
}
const config = (env: NodeJS.ProcessEnv = {}) => loadConfig(env, 'embedded');

describe('startOrExit', () => {
  it('lists what is wrong with the environment, plainly', async () => {
    const { exits, text } = await run(
      () => loadConfig({}, 'production'),
      () => Promise.resolve(),
    );
    expect(exits).toEqual([1]);
    expect(text).toMatch(/^The environment is not usable:\n {2}- DATABASE_URL is missing/);
    expect(text).not.toMatch(/\n\s+at |ConfigError/);
  });

  it('tells reason and causes without stack and secrets', async () => {
    const cause = new AggregateError(
      [new Error('connect ECONNREFUSED ::1:3306'), new Error('connect ECONNREFUSED 127.0.0.1:3306')],
      '',
    );
    const { exits, text } = await run(config, () => {
      throw new Error('No answer from mysql://bob:hunter2@db:3306/x', { cause });
    });
    expect(exits).toEqual([1]);
    expect(text).toBe(
      'Countersign could not start: No answer from mysql://[redacted]@db:3306/x\n' +
        '  because: connect ECONNREFUSED ::1:3306; connect ECONNREFUSED 127.0.0.1:3306\n',
    );
  });

  it('shows the stack for debugging', async () => {
    const { text } = await run(
      () => config({ LOG_LEVEL: 'debug' }),
      () => Promise.reject(new Error('boom')),
    );
    expect(text).toMatch(/\n\s+at /);
  });

  it('says nothing when all is well', async () => {
    expect(await run(config, () => Promise.resolve())).toEqual({ exits: [], text: '' });
  });
});

describe('exitOnBugs', () => {
  it.each(['uncaughtException', 'unhandledRejection'])('%s is logged, and ends the process', (event) => {
    const handlers = new Map<string, (error: unknown) => void>();
    const exits: unknown[] = [];
    const logged: unknown[] = [];
    const host = {
      on: (name: string, handler: (error: unknown) => void) => handlers.set(name, handler),
      exit: (code: number) => exits.push(code),
    };
    exitOnBugs({ fatal: (...parts: unknown[]) => void logged.push(parts) }, host as unknown as NodeJS.Process);
    handlers.get(event)?.('not even an error');
    expect(exits).toEqual([1]);
    expect(logged).toHaveLength(1);
  });
});
