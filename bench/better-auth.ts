import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HttpLoop } from './http-loop.js';
import { drive, type Rate, type Server, server } from './processes.js';
import { LOOPS } from './speed.js';
import { DATABASE, PASSWORD, type World } from './world.js';

const run = promisify(execFile);

/** Its own defaults but for the limit on requests, which a bench from one address would run into. */
const APP = `
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { twoFactor } from 'better-auth/plugins';
import { createPool } from 'mysql2/promise';

const options = {
  baseURL: 'http://localhost:3000',
  secret: 'a-secret-of-the-bench-alone-0123456789',
  database: createPool({ uri: process.env.DATABASE_URL, connectionLimit: 10 }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  logger: { disabled: true },
  telemetry: { enabled: false },
  plugins: [twoFactor()],
};
await (await getMigrations(options)).runMigrations();
createServer(toNodeHandler(betterAuth(options))).listen(Number(process.env.PORT), '127.0.0.1');
`;

export interface BetterAuth {
  version: string;
  signIns(seconds: number, pids: Record<string, number>): Promise<Rate>;
  stop(): Promise<void>;
}

/** Installed by the bench into a folder of its own, on the same MariaDB and with the same driver. */
export async function startBetterAuth(world: World, count: number): Promise<BetterAuth> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-peer-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'app.js'), APP);
  await run('npm', ['install', 'better-auth@1.7', 'mysql2@3', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: folder,
  });
  const { stdout } = await run(process.execPath, ['-p', "require('./node_modules/better-auth/package.json').version"], {
    cwd: folder,
  });
  await world.sql.query('CREATE DATABASE better_auth CHARACTER SET utf8mb4');
  const url = `mysql://root@127.0.0.1:${String(world.databasePort)}/better_auth`;
  const app = await server([join(folder, 'app.js')], { DATABASE_URL: url }, '/api/auth/ok');
  const people = await enroll(app, count);
  let at = 0;
  return {
    version: stdout.trim(),
    signIns(seconds, pids) {
      const some = people.slice(at, at + Math.ceil(people.length / 2));
      at = at === 0 ? some.length : 0;
      const work = { kind: 'better-auth' as const, people: repeated(some), password: PASSWORD };
      return drive({ port: app.port, path: '/api/auth', loops: LOOPS, seconds, work }, { ...pids, app: app.pid });
    },
    async stop() {
      await app.stop();
      await world.sql.query(`DROP DATABASE better_auth`);
      await world.sql.query(`USE ${DATABASE}`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It lets a code be used again within its step, so the same people may come round. */
const repeated = <T>(people: T[]): T[] => Array.from({ length: 50 }, () => people).flat();

async function enroll(app: Server, count: number): Promise<{ email: string; secret: string }[]> {
  const loop = new HttpLoop('127.0.0.1', app.port);
  const people: { email: string; secret: string }[] = [];
  const origin = 'origin: http://localhost:3000\r\n';
  const cookiesIn = (headers: string): string =>
    [...headers.matchAll(/set-cookie: ([^;]+)/gi)].map(([, cookie]) => cookie).join('; ');
  const { authenticator } = await import('../test/support/totp.js');
  for (let index = 0; index < count; index += 1) {
    const email = `person${String(index)}@example.com`;
    const signUp = JSON.stringify({ email, password: PASSWORD, name: email });
    const made = await loop.post('/api/auth/sign-up/email', signUp, origin);
    const cookie = `${origin}cookie: ${cookiesIn(made.headers)}\r\n`;
    const enabled = await loop.post('/api/auth/two-factor/enable', JSON.stringify({ password: PASSWORD }), cookie);
    const secret = /secret=([A-Z2-7]+)/.exec(enabled.body)?.[1];
    if (secret === undefined) throw new Error(`The peer enrolls nobody: ${made.body} ${enabled.body}`);
    const code = authenticator(secret)(new Date());
    const proven = await loop.post('/api/auth/two-factor/verify-totp', JSON.stringify({ code }), cookie);
    if (proven.status !== 200) throw new Error(`The peer takes no code: ${proven.body}`);
    people.push({ email, secret });
  }
  loop.close();
  return people;
}
