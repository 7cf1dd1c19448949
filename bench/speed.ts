import { sha256Hex } from '../src/platform/crypto/index.js';
import { Random } from '../src/platform/crypto/index.js';
import { authenticator } from '../test/support/totp.js';
import { LOGIN, ME, VERIFY } from './documents.js';
import { HttpLoop } from './http-loop.js';
import { ask, drive, end, helper, type Rate, server, typescript } from './processes.js';
import { insert, PASSWORD, type Person, type World } from './world.js';

/** Clients at once, each with one request in hand. */
export const LOOPS = 8;
/** Where the question is what a process can do, and not how fast one answer follows on the other. */
export const MANY = 64;

/** Argon2id verifications in a second, on all cores and with nothing else. */
export async function rawHashes(seconds: number): Promise<number> {
  const child = helper('argon2.ts');
  const { done, seconds: taken } = await ask<{ done: number; seconds: number }>(child, { seconds });
  await end(child);
  return done / taken;
}

export async function hello(seconds: number, loops = LOOPS): Promise<Rate> {
  const app = await server(typescript('hello.ts'), {}, '/graphql?query=%7Bhello%7D&extensions=');
  const body = JSON.stringify({ query: '{ hello }' });
  const warm = {
    port: app.port,
    path: '/graphql',
    loops,
    seconds: 1,
    work: { kind: 'same' as const, body, headers: [''] },
  };
  await drive(warm, { app: app.pid });
  const rate = await drive({ ...warm, seconds }, { app: app.pid });
  await app.stop();
  return rate;
}

/** People who have signed in lately cannot do so again before the next step: each round takes others. */
export class Queue {
  private at = 0;
  constructor(private readonly people: readonly Person[]) {}
  take(count: number): Person[] {
    const taken = this.people.slice(this.at, this.at + count);
    this.at += count;
    if (this.at >= this.people.length) this.at = 0;
    return taken;
  }
}

export const signIns = (port: number, people: Person[], seconds: number, pids: Record<string, number>): Promise<Rate> =>
  drive({ port, path: '/graphql', loops: LOOPS, seconds, work: { kind: 'sign-in', people, password: PASSWORD } }, pids);

/** Tickets as the password step leaves them, so that `verify` is measured without a hash. */
export async function verifications(
  world: World,
  port: number,
  people: Person[],
  seconds: number,
  pids: Record<string, number>,
): Promise<Rate> {
  const random = new Random();
  const now = new Date();
  const tickets: object[] = [];
  const bodies = people.map(({ id, secret }) => {
    const token = random.token();
    tickets.push({
      ...{ id: random.id(now), organizationId: world.organizationId, userId: id, tokenHash: sha256Hex(token) },
      ...{ applicationKind: 'WEB', useCookies: false, rememberMe: false, tries: 0, createdAt: now },
      expiresAt: new Date(now.getTime() + 600_000),
    });
    const input = { ticket: token, method: 'TOTP', code: authenticator(secret)(new Date()) };
    return JSON.stringify({ query: VERIFY, variables: { input } });
  });
  await insert(world.sql, 'tickets', tickets);
  return drive(
    { port, path: '/graphql', loops: LOOPS, seconds, work: { kind: 'each', bodies, expect: '"accessToken"' } },
    pids,
  );
}

export async function tokenOf(port: number, { email, secret }: Person): Promise<string> {
  const loop = new HttpLoop('127.0.0.1', port);
  const first = await loop.post(
    '/graphql',
    JSON.stringify({ query: LOGIN, variables: { input: { email, password: PASSWORD } } }),
  );
  const ticket = /"ticket":"([^"]+)"/.exec(first.body)?.[1];
  const input = { ticket, method: 'TOTP', code: authenticator(secret)(new Date()) };
  const second = await loop.post('/graphql', JSON.stringify({ query: VERIFY, variables: { input } }));
  loop.close();
  const token = /"accessToken":"([^"]+)"/.exec(second.body)?.[1];
  if (token === undefined) throw new Error(`No sign-in: ${first.body} ${second.body}`);
  return token;
}

export const me = (
  port: number,
  tokens: string[],
  seconds: number,
  pids: Record<string, number>,
  loops = LOOPS,
): Promise<Rate> =>
  drive(
    {
      ...{ port, path: '/graphql', loops, seconds },
      work: {
        kind: 'same',
        body: JSON.stringify({ query: ME }),
        headers: tokens.map((token) => `authorization: Bearer ${token}\r\n`),
      },
    },
    pids,
  );
