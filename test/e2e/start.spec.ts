import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { built } from '../support/built.js';
import { freePort } from '../support/ports.js';

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

describe('starting', () => {
  let entries: string;
  let folder: string;
  const children: ChildProcess[] = [];

  beforeAll(() => {
    entries = built();
    folder = mkdtempSync(join(tmpdir(), 'countersign-start-'));
  });
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function start(
    entry: string,
    env: Record<string, string>,
  ): { child: ChildProcess; ended: Promise<Ended>; said: (text: string) => Promise<string> } {
    const child = spawn(process.execPath, [join(entries, entry)], {
      env: {
        PATH: process.env.PATH ?? '',
        DATA_DIR: join(folder, 'data'),
        HOST: '127.0.0.1',
        LOG_LEVEL: 'warn',
        ...env,
      },
    });
    children.push(child);
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
    const said = async (text: string): Promise<string> => {
      for (let attempt = 0; attempt < 300; attempt += 1) {
        if (out.includes(text)) return out;
        if (child.exitCode !== null) throw new Error(`It ended: ${err}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`It never said "${text}": ${out}${err}`);
    };
    return { child, ended, said };
  }

  const plain = ({ err }: Ended): string => {
    expect(err).not.toMatch(/\n\s+at /);
    return err;
  };

  it('prints the one-time password once, keeps keys and data to itself, and ends on SIGTERM', async () => {
    const port = String(await freePort());
    const first = start('embedded.js', { PORT: port });
    const out = await first.said('shown this once');
    const [, password] = /password {7}(\S+)/.exec(out) ?? [];
    expect(password?.length).toBeGreaterThanOrEqual(24);
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect(await ready.json()).toEqual({ status: 'ready', database: 'up', queue: 'up' });
    expect(statSync(join(folder, 'data', 'keys')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);

    const second = start('embedded.js', { PORT: port });
    expect(await second.said('Countersign is running')).not.toContain('shown this once');
    second.child.kill('SIGINT');
    expect((await second.ended).code).toBe(0);
  });

  it('says which port is in use', async () => {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const ended = await start('embedded.js', { PORT: String(port), DATA_DIR: join(folder, 'port') }).ended;
    server.close();
    expect(ended.code).toBe(1);
    expect(plain(ended)).toContain(`Port ${String(port)} on 127.0.0.1 is in use: set PORT to another one.`);
  });

  it('says which data directory cannot be written', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const ended = await start('embedded.js', { DATA_DIR: join(file, 'data') }).ended;
    expect(ended.code).toBe(1);
    expect(plain(ended)).toMatch(/data directory .*a-file.* cannot be written \(ENOTDIR\): set DATA_DIR/);
  });

  it('refuses keys that others can read', async () => {
    const dataDir = join(folder, 'open-keys');
    const once = start('embedded.js', { DATA_DIR: dataDir, PORT: String(await freePort()) });
    await once.said('Countersign is running');
    once.child.kill('SIGTERM');
    await once.ended;
    chmodSync(join(dataDir, 'keys'), 0o644);
    const ended = await start('embedded.js', { DATA_DIR: dataDir, PORT: '0' }).ended;
    expect(ended.code).toBe(1);
    expect(plain(ended)).toContain('chmod 600');
  });

  it('refuses a first administrator with a weak password, and makes nothing', async () => {
    const env = { DATA_DIR: join(folder, 'weak'), ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD: 'password', PORT: '0' };
    const ended = await start('embedded.js', env).ended;
    expect(ended.code).toBe(1);
    expect(plain(ended)).toContain('ADMIN_EMAIL or ADMIN_PASSWORD will not do');
    expect(ended.err).not.toMatch(/: password$/m);
  });

  it.each([
    ['DATABASE_URL', { DATABASE_URL: 'postgres://db/x' }, 'DATABASE_URL must be a URL like mysql://'],
    ['PORT', { PORT: 'eighty' }, 'PORT must be a number'],
    ['ADMIN_PASSWORD alone', { ADMIN_PASSWORD: 'x' }, 'ADMIN_EMAIL is not'],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of'],
    ['SECRET_KEYS', { SECRET_KEYS: 'k1:c2hvcnQ=' }, 'SECRET_KEYS'],
    ['TRUST_PROXY', { TRUST_PROXY: 'true' }, 'would believe anyone'],
    ['REDIS_URL', { REDIS_URL: 'http://redis' }, 'REDIS_URL must be a URL like redis://'],
  ])('names a broken %s', async (_name, env, sentence) => {
    const ended = await start('embedded.js', { DATA_DIR: join(folder, 'broken'), ...env }).ended;
    expect(ended.code).toBe(1);
    expect(plain(ended)).toContain(sentence);
  });

  it('names everything that production needs and lacks, at once', async () => {
    const ended = await start('main.js', {}).ended;
    expect(ended.code).toBe(1);
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'SECRET_KEYS', 'PUBLIC_URL']) {
      expect(plain(ended)).toContain(`${name} is missing`);
    }
  });

  it('says that the database cannot be reached, and not its password', async () => {
    const port = String(await freePort());
    const env = { DATABASE_URL: `mysql://root:hunter2secret@127.0.0.1:${port}/x`, PORT: '0' };
    const ended = await start('embedded.js', env).ended;
    expect(ended.code).toBe(1);
    expect(plain(ended)).toMatch(/could not start|ECONNREFUSED/);
    expect(ended.err + ended.out).not.toContain('hunter2secret');
  });
});
