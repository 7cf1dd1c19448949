import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { findBinary, reportMissing } from './binaries.js';
import { startMariadb, type MariadbServer } from './mariadb.js';
import { freePort } from './ports.js';
import { startRedis, type RedisServer } from './redis.js';
import { freshDatabase, sharedRedisUrl } from './servers.js';

async function query(url: string, statement: string): Promise<RowDataPacket[]> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement);
    return rows;
  } finally {
    await connection.end();
  }
}

async function redis<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  // A client that could not connect leaves its disconnect timer (2 s by default) running and Jest's worker with it.
  const options = { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null, disconnectTimeout: 50 };
  const client = new Redis(url, options);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    client.disconnect();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function eventually(check: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    if (check()) return true;
    await sleep(25);
  }
  return check();
}

describe('freePort', () => {
  it('gives a port one can listen on', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a missing binary', () => {
  it('is not found', () => {
    expect(findBinary('countersign-no-such-server')).toBeNull();
    expect(findBinary('sh')).toMatch(/\/sh$/);
  });

  it('is an error on a build server and a framed warning elsewhere', () => {
    const ci = process.env.CI;
    const write = process.stderr.write;
    let printed = '';
    try {
      process.env.CI = 'true';
      expect(() => reportMissing('some-server', 'some suite')).toThrow('NOT TESTED: some suite');
      delete process.env.CI;
      process.stderr.write = (chunk: unknown) => ((printed += String(chunk)), true);
      expect(reportMissing('some-server', 'some suite')).toBeNull();
    } finally {
      process.stderr.write = write;
      if (ci === undefined) delete process.env.CI;
      else process.env.CI = ci;
    }
    expect(printed).toMatch(
      /\*{20,}\n\*\* some-server not found\.\s+\*\*\n\*\* NOT TESTED: some suite\s+\*\*\n\*{20,}/,
    );
  });
});

describe('MariaDB', () => {
  let server: MariadbServer | null = null;
  beforeAll(async () => {
    server = await startMariadb({ durable: true });
  });
  afterAll(() => server?.stop());

  it('keeps committed data through a crash and through an orderly restart, on the same port', async () => {
    if (server === null) return;
    await server.createDatabase('kept');
    const url = server.url('kept');
    expect(url).toBe(`mysql://root@127.0.0.1:${server.port}/kept`);
    await query(url, 'CREATE TABLE note (id INT PRIMARY KEY) ENGINE=InnoDB');
    await query(url, 'INSERT INTO note VALUES (1)');

    await server.kill();
    await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await query(url, 'SELECT id FROM note')).toEqual([{ id: 1 }]);

    await query(url, 'INSERT INTO note VALUES (2)');
    const before = server.pid;
    await server.restart();
    expect(server.pid).not.toBe(before);
    expect(await query(url, 'SELECT id FROM note ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('is durable only when asked, and takes 300 connections', async () => {
    if (server === null) return;
    const asked =
      'SELECT @@innodb_flush_log_at_trx_commit AS flushed, @@max_connections AS connections, @@bind_address AS bound';
    expect(await query(server.url('mysql'), asked)).toEqual([{ flushed: 1, connections: 300, bound: '127.0.0.1' }]);
    const quick = await startMariadb();
    try {
      expect(await query(quick?.url('mysql') ?? '', asked)).toMatchObject([{ flushed: 0 }]);
    } finally {
      await quick?.stop();
    }
  });

  it('drops databases and refuses names that would be SQL', async () => {
    if (server === null) return;
    await server.createDatabase('brief');
    await server.dropDatabase('brief');
    await expect(query(server.url('brief'), 'SELECT 1')).rejects.toThrow('Unknown database');
    await expect(server.createDatabase('a`; DROP DATABASE mysql')).rejects.toThrow('Not a database name');
  });

  it('leaves the data in a folder the caller gave, and takes it up again', async () => {
    if (server === null) return;
    const dir = await mkdtemp(join(tmpdir(), 'countersign-spec-'));
    try {
      const first = await startMariadb({ dir });
      await first?.createDatabase('again');
      await first?.stop();
      await expect(first?.restart()).rejects.toThrow('stopped for good');
      const second = await startMariadb({ dir });
      expect(await query(second?.url('again') ?? '', 'SELECT DATABASE() AS name')).toEqual([{ name: 'again' }]);
      await second?.stop();
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});

describe('Redis', () => {
  const started: RedisServer[] = [];
  const start = async (appendonly: boolean): Promise<RedisServer | null> => {
    const server = await startRedis({ appendonly });
    if (server !== null) started.push(server);
    return server;
  };
  afterAll(() => Promise.all(started.map((server) => server.stop())));

  it('keeps its keys through a crash when it appends, on the same port', async () => {
    const server = await start(true);
    if (server === null) return;
    await redis(server.url, (client) => client.set('kept', 'yes'));
    await server.kill();
    await expect(redis(server.url, (client) => client.ping())).rejects.toThrow();
    await server.restart();
    expect(await redis(server.url, (client) => client.get('kept'))).toBe('yes');
    await server.flush();
    expect(await redis(server.url, (client) => client.dbsize())).toBe(0);
  });

  it('forgets everything on restart when it does not append, and never evicts', async () => {
    const server = await start(false);
    if (server === null) return;
    await redis(server.url, (client) => client.set('lost', 'yes'));
    await server.restart();
    expect(await redis(server.url, (client) => client.get('lost'))).toBeNull();
    expect(await redis(server.url, (client) => client.config('GET', 'maxmemory-policy'))).toContain('noeviction');
  });
});

describe('the shared servers', () => {
  it('give each caller an empty utf8mb4 database of its own', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    if (one === null || other === null) return;
    expect(one.url).not.toBe(other.url);
    expect(await query(one.url, 'SELECT @@character_set_database AS charset')).toEqual([{ charset: 'utf8mb4' }]);
    await query(one.url, 'CREATE TABLE mine (id INT)');
    expect(await query(other.url, 'SHOW TABLES')).toEqual([]);
    await Promise.all([one.drop(), other.drop()]);
    await expect(query(one.url, 'SELECT 1')).rejects.toThrow('Unknown database');
  });

  it('name a Redis that answers', async () => {
    const url = sharedRedisUrl();
    if (url !== null) expect(await redis(url, (client) => client.ping())).toBe('PONG');
  });
});

describe('a crash of the test process', () => {
  it('takes the private server and its folder with it', async () => {
    const work = await mkdtemp(join(tmpdir(), 'countersign-spec-'));
    const dir = await mkdtemp(join(tmpdir(), 'countersign-spec-'));
    const source = fileURLToPath(new URL('private-process.ts', import.meta.url));
    const options = `{ command: 'sleep', args: ['600'], dir: ${JSON.stringify(dir)}, removeDir: true, probe: async () => {} }`;
    const script = `
      import { transformFileSync } from '@swc/core';
      import { writeFileSync } from 'node:fs';
      const file = ${JSON.stringify(join(work, 'private-process.mjs'))};
      writeFileSync(file, transformFileSync(${JSON.stringify(source)}, { sourceMaps: false }).code);
      const { createPrivateProcess } = await import(file);
      const server = createPrivateProcess(${options});
      await server.start();
      console.log(server.pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve, reject) => {
      parent.stdout.once('data', (line) => resolve(Number(line)));
      parent.once('exit', () => reject(new Error('The process to crash ended by itself.')));
    });
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    expect(await eventually(() => !isAlive(pid), 5_000)).toBe(true);
    expect(await eventually(() => !existsSync(dir), 5_000)).toBe(true);
    await rm(work, { recursive: true, force: true });
  });
});
