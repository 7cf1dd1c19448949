import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../../src/platform/crypto/index.js';
import { built } from '../support/built.js';
import { freshDatabase } from '../support/servers.js';
import { ENGINES } from '../support/world.js';

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** The commands as an operator has them: each a process of its own, with files and pipes. What they do is tested elsewhere. */
describe.each(ENGINES)('the command line as processes, on %s', (engine) => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-cli-process-'));
  const file = join(directory, 'people.csv');
  let entry: string;
  let env: NodeJS.ProcessEnv;
  let drop: () => Promise<void> = () => Promise.resolve();

  beforeAll(async () => {
    entry = join(built(), 'cli.js');
    env = { PATH: process.env.PATH, DATA_DIR: join(directory, 'data') };
    if (engine === 'mariadb') {
      const database = await freshDatabase();
      if (database === null) throw new Error('There is no MariaDB.');
      drop = () => database.drop();
      const secretKeys = KeyRing.generate();
      env = { ...env, DATABASE_URL: database.url, SECRET_KEYS: secretKeys, PUBLIC_URL: 'http://localhost:3000' };
      // A command sends nothing, but the configuration of a production process is checked as a whole.
      env = { ...env, REDIS_URL: 'redis://127.0.0.1:1', SMTP_URL: 'smtp://127.0.0.1:1' };
    }
  }, 60_000);
  afterAll(async () => {
    await drop();
    rmSync(directory, { recursive: true, force: true });
  });

  function countersign(words: string[], leaveAfter = Infinity): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [entry, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const said = { out: '', err: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said.out += text;
        if (said.out.length > leaveAfter) child.stdout.destroy();
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...said }));
    });
  }

  it('is made ready, and asks for that before', async () => {
    expect(await countersign(['users', 'export'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('countersign migrate'),
    });
    expect(await countersign(['migrate'])).toMatchObject({ code: 0, err: '' });
    const made = await countersign(['admin', 'create', '--email', 'root@example.org', '--generate']);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(await countersign(['users', 'forget'])).toMatchObject({ code: 2, out: '' });
  }, 60_000);

  it('imports people from a file, all of them or none, and exports them to a pipe', async () => {
    writeFileSync(file, 'email,displayName\nann@example.org,Ann\nbob,Bob\n');
    const refused = await countersign(['users', 'import', file]);
    expect(refused).toMatchObject({ code: 1, out: 'Nothing was imported.\n' });
    expect(refused.err).toMatch(/^Line 3: email: /);

    writeFileSync(file, 'email,displayName\nann@example.org,Ann\nbob@example.org,"=Bob, the other"\n');
    expect(await countersign(['users', 'import', file])).toMatchObject({ code: 0, err: '' });
    expect(await countersign(['users', 'import', file])).toMatchObject({ code: 1, out: 'Nothing was imported.\n' });

    const { code, out, err } = await countersign(['users', 'export']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trim().split(/\r?\n/);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^email,displayName,/);
    // As it is read back: with what a spreadsheet would run made harmless.
    expect(out).toContain(`bob@example.org,"'=Bob, the other",`);
    expect(await countersign(['audit', 'verify'])).toMatchObject({ code: 0 });
  }, 60_000);

  it('ends without a noise when the reader of its output leaves', async () => {
    const rows = Array.from({ length: 4_000 }, (_, index) => `crowd${String(index)}@example.org,${'x'.repeat(100)}`);
    writeFileSync(file, `email,displayName\n${rows.join('\n')}\n`);
    expect((await countersign(['users', 'import', file])).code).toBe(0);
    const left = await countersign(['users', 'export'], 1_000);
    expect(left.err).not.toMatch(/at .*\.(js|cjs):\d+|Unhandled|EPIPE/);
    expect(left.out.length).toBeLessThan(200_000);
  }, 120_000);
});
