import { cpus, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { startBetterAuth } from './better-auth.js';
import { BUSY } from './busy.js';
import { addEvents, addUsers, settled } from './crowd.js';
import { AUDIT, PREVIEW, USERS } from './documents.js';
import { HttpLoop } from './http-loop.js';
import { barePool, drain, p99, startSink } from './mail.js';
import { drive, type Rate, residentMiB } from './processes.js';
import { hello, LOOPS, MANY, me, Queue, rawHashes, signIns, tokenOf, verifications } from './speed.js';
import { atLeast, atMost, costs, median, printed, quantile, type Row, shown } from './table.js';
import { PASSWORD, startWorld, type World } from './world.js';

const quick = process.argv.includes('--quick');
/** One figure alone: `npm run bench -- --only=mail`. */
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const SIZE = quick
  ? { rounds: 3, seconds: 2, people: 8_000, verify: 1_500, bulk: 3_000, codes: 20, users: 100_000, events: 200_000 }
  : {
      rounds: 3,
      seconds: 8,
      people: 40_000,
      verify: 8_000,
      bulk: 100_000,
      codes: 100,
      users: 1_000_000,
      events: 10_000_000,
    };

const rows: Row[] = [];
const wanted = (name: string): boolean => only === undefined || only === name;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const sink = await startSink();
const world = await startWorld(SIZE.people, sink.url);
const queue = new Queue(world.people.slice(100));

try {
  await starts();
  if (wanted('rates')) await rates();
  if (wanted('line')) await line();
  if (wanted('mail')) await mail();
  if (wanted('size')) await size();
} finally {
  // What was measured before something failed is shown as well.
  report();
  await world.stop();
  await sink.stop();
}
process.exit(0);

function report(): void {
  const [cpu] = cpus();
  say(
    `\n${cpu?.model ?? 'A processor'}, ${String(cpus().length)} cores, ${String(Math.round(totalmem() / 2 ** 30))} GiB, Node ${process.version}`,
  );
  say(`\n${printed(rows)}`);
}

async function starts(): Promise<void> {
  const times: number[] = [];
  let idle = 0;
  for (let round = 0; round < 3; round += 1) {
    const api = await world.api();
    times.push(api.startedMs / 1_000);
    await pause(2_000);
    idle = residentMiB(api.pid);
    await api.stop();
  }
  rows.push(atMost('cold start to the first answer', median(times), 1.2, ' s', 'median of 3'));
  rows.push(atMost('idle memory of an API process', idle, 130, ' MiB', 'resident, two seconds after the start'));
}

/** All rates of one round stand beside each other, so that a busy minute of the machine falls on all of them. */
async function rates(): Promise<void> {
  const peer = await startBetterAuth(world, 40);
  const api = await world.api();
  const pids = { api: api.pid, database: world.databasePid };
  const tokens: string[] = [];
  for (const person of queue.take(30)) tokens.push(await tokenOf(api.port, person));
  // Code is compiled, and compiled again, as it runs: what is measured is a process that has been at work for a while.
  await me(api.port, tokens, 2, pids);
  await signIns(api.port, queue.take(SIZE.seconds * 100), SIZE.seconds, pids);
  await verifications(world, api.port, queue.take(SIZE.verify), 2 * SIZE.seconds, pids);

  const rounds: Record<'signIn' | 'peer' | 'verify' | 'me' | 'hello' | 'manyMe' | 'manyHello', Rate>[] = [];
  const hashes: number[] = [];
  for (let round = 0; round < SIZE.rounds; round += 1) {
    hashes.push(await rawHashes(SIZE.seconds));
    rounds.push({
      hello: await hello(SIZE.seconds),
      me: await me(api.port, tokens, SIZE.seconds, pids),
      manyHello: await hello(SIZE.seconds, MANY),
      manyMe: await me(api.port, tokens, SIZE.seconds, pids, MANY),
      verify: await verifications(world, api.port, queue.take(SIZE.verify), SIZE.seconds, pids),
      signIn: await signIns(api.port, queue.take(SIZE.seconds * 250), SIZE.seconds, pids),
      peer: await peer.signIns(SIZE.seconds, { database: world.databasePid }),
    });
    const last = rounds.at(-1);
    for (const [name, { perSecond, other }] of Object.entries(last ?? {})) {
      say(
        `round ${String(round + 1)} ${name} ${shown(perSecond)}/s ${Object.keys(other).length > 0 ? JSON.stringify(other).slice(0, 300) : ''}`,
      );
    }
    say(`round ${String(round + 1)} argon2 ${shown(hashes.at(-1) ?? 0)}/s`);
  }
  await api.stop();
  await peer.stop();

  const ratio = (of: (round: (typeof rounds)[number], index: number) => number): number => median(rounds.map(of));
  const rate = (name: keyof (typeof rounds)[number]): string => {
    const middle = median(rounds.map((round) => round[name].perSecond));
    const round = rounds.find((each) => each[name].perSecond === middle) ?? rounds[0];
    return `${shown(middle)}/s (${round === undefined ? '' : costs(round[name].cpu)})`;
  };
  const hash = `${shown(median(hashes))} hashes/s`;
  rows.push(
    atLeast(
      'full sign-in, over raw Argon2id',
      ratio(({ signIn }, index) => signIn.perSecond / (hashes[index] ?? 0)),
      0.8,
      `${rate('signIn')} over ${hash}`,
    ),
    atLeast(
      `full sign-in, over better-auth ${peer.version}`,
      ratio(({ signIn, peer: other }) => signIn.perSecond / other.perSecond),
      8,
      `${rate('signIn')} over ${rate('peer')}`,
    ),
    atLeast(
      'verify with TOTP, over hello',
      ratio(({ verify, hello: bare }) => verify.perSecond / bare.perSecond),
      0.15,
      `${rate('verify')} over ${rate('hello')}`,
    ),
    atLeast(
      `me, over hello, ${String(LOOPS)} clients`,
      ratio(({ me: own, hello: bare }) => own.perSecond / bare.perSecond),
      0.45,
      `${rate('me')} over ${rate('hello')}`,
    ),
    atLeast(
      `me, over hello, ${String(MANY)} clients`,
      ratio(({ manyMe, manyHello }) => manyMe.perSecond / manyHello.perSecond),
      0.45,
      `${rate('manyMe')} over ${rate('manyHello')}`,
    ),
  );
}

/** A crowd at the door must not slow down those who are inside. */
async function line(): Promise<void> {
  const api = await world.api();
  const pids = { api: api.pid };
  const tokens: string[] = [];
  for (const person of queue.take(10)) tokens.push(await tokenOf(api.port, person));
  await me(api.port, tokens, 2, pids);
  const ratios: number[] = [];
  let busy = 0;
  let seen = '';
  for (let round = 0; round < SIZE.rounds; round += 1) {
    const quiet = await one(api.port, tokens, SIZE.seconds, pids);
    const crowd = drive(
      {
        ...{ port: api.port, path: '/graphql', loops: 500, seconds: SIZE.seconds + 2 },
        work: { kind: 'sign-in', people: queue.take(2_500), password: PASSWORD },
      },
      pids,
    );
    await pause(1_500);
    const crowded = await one(api.port, tokens, SIZE.seconds, pids);
    const { other } = await crowd;
    busy += other[BUSY] ?? 0;
    ratios.push(quantile(crowded.times, 0.99) / quantile(quiet.times, 0.99));
    seen = `${shown(quantile(crowded.times, 0.99))} ms over ${shown(quantile(quiet.times, 0.99))} ms`;
  }
  await api.stop();
  rows.push(
    atMost(
      'p99 of me while 500 logins queue, over quiet',
      median(ratios),
      5,
      '',
      `${seen} in the last round; ${String(busy)} turned away with SERVICE_BUSY`,
    ),
  );
}

/** One at a time: it is the wait that is asked about, not the rate. */
function one(port: number, tokens: string[], seconds: number, pids: Record<string, number>): Promise<Rate> {
  return drive(
    {
      ...{ port, path: '/graphql', loops: 1, seconds },
      work: {
        kind: 'same',
        body: JSON.stringify({ query: '{ me { id email } }' }),
        headers: tokens.map((token) => `authorization: Bearer ${token}\r\n`),
      },
    },
    pids,
  );
}

async function mail(): Promise<void> {
  const api = await world.api();
  const workers = [await world.worker(), await world.worker()];
  const bare: number[] = [];
  bare.push(await barePool(sink, Math.min(SIZE.bulk, 20_000)));
  const drained = await drain(
    world,
    sink,
    api.port,
    workers.map(({ pid }) => pid),
    SIZE.bulk,
    queue.take(SIZE.codes),
  );
  bare.push(await barePool(sink, Math.min(SIZE.bulk, 20_000)));
  await Promise.all([api.stop(), ...workers.map((each) => each.stop())]);
  const pool = (bare[0] ?? 0) / 2 + (bare[1] ?? 0) / 2;
  rows.push(
    atMost(
      `sendCode to acceptance, p99, while ${String(SIZE.bulk)} mails drain`,
      p99(drained.codes),
      500,
      ' ms',
      `${String(drained.codes.length)} codes, median ${shown(quantile(drained.codes, 0.5))} ms`,
    ),
    atLeast(
      'bulk mail, over a bare nodemailer pool',
      drained.perSecond / pool,
      0.6,
      `${shown(drained.perSecond)}/s (workers ${shown(drained.workerCpuMs)} ms) over ${shown(pool)}/s`,
    ),
  );
}

interface Pages {
  signIn: number;
  users: number;
  audit: number;
}

async function pages(measured: World, seconds: number): Promise<Pages> {
  const api = await measured.api();
  const [admin] = measured.people;
  if (admin === undefined) throw new Error('There is no administrator.');
  const header = `authorization: Bearer ${await tokenOf(api.port, admin)}\r\n`;
  const page = async (query: string): Promise<number> => {
    const work = { kind: 'same' as const, body: JSON.stringify({ query }), headers: [header] };
    const job = { port: api.port, path: '/graphql', loops: 1, seconds, work };
    await drive({ ...job, seconds: 1 }, {});
    const { times, other } = await drive(job, {});
    if (times.length === 0) throw new Error(`No page: ${JSON.stringify(other)}`);
    return quantile(times, 0.99);
  };
  const users = await page(USERS);
  const audit = await page(AUDIT);
  // Longer, since there are few in a second: of a hundred, the p99 would be the one that was unlucky.
  const work = { kind: 'sign-in' as const, people: queue.take(2_000), password: PASSWORD };
  const { times } = await drive({ port: api.port, path: '/graphql', loops: 1, seconds: seconds * 4, work }, {});
  await api.stop();
  return { users, audit, signIn: quantile(times, 0.99) };
}

/** The administrator's step of the app is spent with each sign-in: the next one has to come. */
function nextStep(): Promise<void> {
  return pause(31_000);
}

async function size(): Promise<void> {
  await addEvents(world, 10_000);
  await pages(world, 1);
  await settled(world);
  await nextStep();
  const small = await pages(world, SIZE.seconds);
  await addUsers(world, 0, SIZE.users);
  await addEvents(world, SIZE.events);
  await settled(world);
  await nextStep();
  const large = await pages(world, SIZE.seconds);
  const at = `${String(SIZE.users)} users and ${String(SIZE.events)} events`;
  for (const [name, label] of [
    ['signIn', 'a sign-in'],
    ['users', 'a page of users'],
    ['audit', 'a page of auditEvents'],
  ] as const) {
    rows.push(
      atMost(
        `p99 of ${label}, ${at}, over few`,
        large[name] / small[name],
        1.3,
        '',
        `${shown(large[name])} ms over ${shown(small[name])} ms`,
      ),
    );
  }
  await nextStep();
  const api = await world.api();
  const [admin] = world.people;
  if (admin === undefined) return;
  const token = await tokenOf(api.port, admin);
  const loop = new HttpLoop('127.0.0.1', api.port);
  const seconds: number[] = [];
  let answer = '';
  for (let round = 0; round < 3; round += 1) {
    const begun = performance.now();
    const { body } = await loop.post(
      '/graphql',
      JSON.stringify({ query: PREVIEW }),
      `authorization: Bearer ${token}\r\n`,
    );
    seconds.push((performance.now() - begun) / 1_000);
    answer = /"usersLookedAt":(\d+)/.exec(body)?.[1] ?? body.slice(0, 200);
  }
  loop.close();
  await api.stop();
  rows.push(
    atMost(`previewTwoFactor over ${String(SIZE.users)} users`, median(seconds), 3, ' s', `looked at ${answer}`),
  );
}
