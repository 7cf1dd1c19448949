import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { authenticator } from '../test/support/totp.js';
import { BUSY } from './busy.js';
import { HttpLoop } from './http-loop.js';
import { LOGIN, VERIFY } from './documents.js';

/** What the process that drives is told to do. */
export interface Job {
  port: number;
  path: string;
  loops: number;
  /** Ends after so many seconds, or when nothing is left to do. */
  seconds: number;
  work:
    | { kind: 'same'; body: string; headers: string[] }
    | { kind: 'each'; bodies: string[]; expect: string }
    | { kind: 'sign-in'; people: { email: string; secret: string }[]; password: string }
    | { kind: 'better-auth'; people: { email: string; secret: string }[]; password: string };
}

export interface Measured {
  done: number;
  /** Answers that were not what a success looks like, by their beginning. */
  other: Record<string, number>;
  seconds: number;
  /** Milliseconds, sorted. */
  times: number[];
}

type Step = (loop: HttpLoop) => Promise<string | null>;

const address = (): string => `10.${[0, 0, 0].map(() => String(Math.floor(Math.random() * 250))).join('.')}`;

function stepsOf(job: Job): () => Step | null {
  const { work, path } = job;
  let index = 0;
  if (work.kind === 'same') {
    return () => {
      const header = work.headers[index++ % work.headers.length] ?? '';
      return async (loop) => {
        const { status, body } = await loop.post(path, work.body, header);
        return status === 200 && !body.includes('"errors"') ? null : body.slice(0, 120);
      };
    };
  }
  if (work.kind === 'each') {
    return () => {
      const body = work.bodies[index++];
      if (body === undefined) return null;
      return async (loop) => {
        const reply = await loop.post(path, body, `x-forwarded-for: ${address()}\r\n`);
        return reply.body.includes(work.expect) ? null : reply.body.slice(0, 160);
      };
    };
  }
  return () => {
    const person = work.people[index++];
    if (person === undefined) return null;
    const step = work.kind === 'sign-in' ? signIn : betterAuthSignIn;
    return (loop) => step(loop, path, person, work.password);
  };
}

interface Person {
  email: string;
  secret: string;
}

async function signIn(
  loop: HttpLoop,
  path: string,
  { email, secret }: Person,
  password: string,
): Promise<string | null> {
  const from = `x-forwarded-for: ${address()}\r\n`;
  const first = await loop.post(
    path,
    JSON.stringify({ query: LOGIN, variables: { input: { email, password } } }),
    from,
  );
  const ticket = /"ticket":"([^"]+)"/.exec(first.body)?.[1];
  if (first.body.includes(BUSY)) {
    // As a front end does that is told when to come again.
    await pause(Number(/"retryAfterSeconds":([\d.]+)/.exec(first.body)?.[1] ?? 1) * 1_000);
    return BUSY;
  }
  if (ticket === undefined) return first.body.slice(0, 160);
  const code = authenticator(secret)(new Date());
  const input = { ticket, method: 'TOTP', code };
  const second = await loop.post(path, JSON.stringify({ query: VERIFY, variables: { input } }), from);
  return second.body.includes('"accessToken"') ? null : second.body.slice(0, 160);
}

async function betterAuthSignIn(
  loop: HttpLoop,
  path: string,
  { email, secret }: Person,
  password: string,
): Promise<string | null> {
  const origin = 'origin: http://localhost:3000\r\n';
  const first = await loop.post(`${path}/sign-in/email`, JSON.stringify({ email, password }), origin);
  if (!first.body.includes('twoFactorRedirect')) return first.body.slice(0, 160);
  const cookies = [...first.headers.matchAll(/set-cookie: ([^;]+)/gi)].map(([, cookie]) => cookie).join('; ');
  const code = authenticator(secret)(new Date());
  const second = await loop.post(
    `${path}/two-factor/verify-totp`,
    JSON.stringify({ code }),
    `${origin}cookie: ${cookies}\r\n`,
  );
  return second.status === 200 ? null : second.body.slice(0, 160);
}

async function run(job: Job): Promise<Measured> {
  const times: number[] = [];
  const other: Record<string, number> = {};
  const next = stepsOf(job);
  const begun = performance.now();
  const until = begun + job.seconds * 1_000;
  await Promise.all(
    Array.from({ length: job.loops }, async () => {
      const loop = new HttpLoop('127.0.0.1', job.port);
      while (performance.now() < until) {
        const step = next();
        if (step === null) break;
        const at = performance.now();
        const problem = await step(loop).catch((error: unknown) => String(error));
        if (problem === null) times.push(performance.now() - at);
        else other[problem] = (other[problem] ?? 0) + 1;
      }
      loop.close();
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  times.sort((a, b) => a - b);
  return { done: times.length, other, seconds, times };
}

process.on('message', (job: Job) => void run(job).then((measured) => process.send?.(measured)));
