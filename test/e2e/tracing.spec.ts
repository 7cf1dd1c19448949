import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../../src/platform/crypto/index.js';
import { built } from '../support/built.js';
import { type Canary, foundIn } from '../support/canary.js';
import * as op from '../support/operations.js';
import { type OtlpSink, type ReceivedSpan, startOtlpSink } from '../support/otlp-sink.js';
import { codeIn } from '../support/people.js';
import { freePort } from '../support/ports.js';
import { freshDatabase, sharedRedisUrl } from '../support/servers.js';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.js';
import { ENGINES } from '../support/world.js';

const ADMIN = { email: 'canary.admin@example.com', password: 'violet anchors drift slowly' };
const PERSON = { email: 'canary.person@example.com', password: 'seven quiet herons wade upstream' };
const WRONG = 'crimson kettles hum at noon';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const LOADED = fileURLToPath(new URL('../support/loaded-modules.mjs', import.meta.url));

interface Service {
  url: string;
  child: ChildProcess;
  ended: Promise<number | null>;
  out: () => string;
}

describe('traces', () => {
  let entries: string;
  let folder: string;
  let sink: OtlpSink;
  let smtp: SmtpSink;
  const running: Service[] = [];

  beforeAll(async () => {
    entries = built();
    folder = mkdtempSync(join(tmpdir(), 'countersign-tracing-'));
    smtp = await startSmtpSink();
  });
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
    await sink.stop();
  });
  afterAll(async () => {
    await smtp.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(entry: string, env: Record<string, string>, dataDir: string): Promise<Service> {
    const port = String(await freePort());
    const child = spawn(process.execPath, ['--import', LOADED, join(entries, entry)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH ?? '',
        ...{ DATA_DIR: join(folder, dataDir), PORT: port, LOG_LEVEL: 'silent', SMTP_URL: smtp.url },
        ...{ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, PUBLIC_URL: 'http://localhost:3000' },
        ...env,
      },
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const service: Service = {
      url: `http://127.0.0.1:${port}`,
      child,
      ended: new Promise((resolve) => child.once('close', resolve)),
      out: () => out,
    };
    running.push(service);
    for (let attempt = 0; attempt < 400; attempt += 1) {
      if (child.exitCode !== null) throw new Error(`${entry} ended with ${String(child.exitCode)}.`);
      const ready = await fetch(`${service.url}/health/ready`).catch(() => null);
      if (ready?.ok === true) return service;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${entry} did not become ready.`);
  }

  async function ask(
    { url }: Service,
    query: string,
    variables: Record<string, unknown>,
    headers: Record<string, string> = {},
  ): Promise<any> {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Canary browser 7.7', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await answer.json()) as { data: Record<string, unknown>; errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return Object.values(data)[0];
  }

  /** The first administrator switches on; a person signs in with a mailed code. @returns what must not be in any span */
  async function signIn(service: Service): Promise<Canary[]> {
    const { accessToken } = await ask(service, op.LOGIN, { input: ADMIN });
    const admin = { authorization: `Bearer ${String(accessToken)}` };
    await ask(service, op.REAUTHENTICATE, { input: { password: ADMIN.password } }, admin);
    await ask(service, op.ENABLE, { everyone: false }, admin);
    const input = { ...PERSON, displayName: 'Canary Person', useTwoFactor: true };
    expect((await ask(service, op.CREATE_USER, { input }, admin)).__typename).toBe('User');

    const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;
    await ask(service, op.LOGIN, { input: { ...PERSON, password: WRONG } });
    const { ticket } = await ask(
      service,
      op.LOGIN,
      { input: PERSON },
      { traceparent, tracestate: 'canary=tracestate' },
    );
    const { id } = await ask(service, op.START, { input: { ticket, method: 'EMAIL' } });
    const mail = await smtp.waitFor(({ to, subject }) => to.includes(PERSON.email) && subject.includes('code'), 15_000);
    const code = codeIn(mail.text);
    const wrong = code === '735914' ? '735915' : '735914';
    const refused = await ask(service, op.CONFIRM, { input: { ticket, enrollmentId: id, code: wrong } });
    expect(refused.code).toBe('OTP_INVALID');
    const opened = await ask(service, op.CONFIRM, { input: { ticket, enrollmentId: id, code } });
    expect(opened.__typename).toBe('SignedIn');
    smtp.mails.length = 0;
    return [
      { name: 'password', value: PERSON.password },
      { name: 'wrong password', value: WRONG },
      { name: 'address', value: PERSON.email },
      { name: "administrator's address", value: ADMIN.email },
      { name: "administrator's password", value: ADMIN.password },
      { name: 'name', value: 'Canary Person' },
      { name: 'browser', value: 'Canary browser' },
      { name: 'tracestate', value: 'canary=tracestate' },
      { name: 'ticket', value: ticket },
      { name: 'code', value: code, digits: true },
      { name: 'wrong code', value: wrong, digits: true },
      { name: 'access token', value: opened.accessToken },
      { name: 'refresh token', value: opened.refreshToken },
      { name: "administrator's token", value: accessToken },
      ...(opened.recoveryCodes as string[]).map((value) => ({ name: 'recovery code', value })),
    ];
  }

  const below = (spans: ReceivedSpan[], parent: ReceivedSpan | undefined): string[] =>
    spans.filter(({ parentSpanId }) => parentSpanId !== '' && parentSpanId === parent?.spanId).map(({ name }) => name);
  const named = (spans: ReceivedSpan[], name: string): ReceivedSpan[] => spans.filter((span) => span.name === name);

  function check(spans: ReceivedSpan[], canaries: Canary[]): void {
    const whole = sink.bodies.join('\n');
    expect(foundIn(whole, canaries)).toEqual([]);
    expect(whole).not.toMatch(/SELECT |INSERT |UPDATE |127\.0\.0\.1/);
    const own = spans.filter(({ traceId }) => traceId === TRACE);
    const request = named(own, 'POST /graphql')[0];
    expect(request).toMatchObject({
      parentSpanId: 'b7ad6b7169203331',
      attributes: { 'http.request.method': 'POST', 'http.route': '/graphql', 'http.response.status_code': 200 },
    });
    expect(below(own, request)).toEqual(['mutation login']);
    const operation = named(own, 'mutation login')[0];
    expect(operation?.attributes).toMatchObject({ 'graphql.operation.type': 'mutation', 'countersign.outcome': 'ok' });
    expect(below(own, operation)).toEqual(expect.arrayContaining(['unit of work: transaction', 'hash']));
    const [hash] = named(own, 'hash');
    expect(hash?.attributes).toEqual({ 'countersign.hash': 'verify', 'countersign.hash.waiting': 0 });
    expect(hash?.milliseconds).toBeGreaterThan(2);
    const outcomes = spans.map(({ attributes }) => attributes['countersign.outcome']);
    expect(outcomes).toEqual(expect.arrayContaining(['INVALID_CREDENTIALS', 'OTP_INVALID', 'ok']));

    const [job] = named(spans, 'job codes');
    expect(job).toMatchObject({ parentSpanId: '', attributes: { 'countersign.lane': 'codes' } });
    const send = spans.find(({ name, traceId }) => name === 'send EMAIL' && traceId === job?.traceId);
    expect(send?.attributes).toMatchObject({ 'countersign.channel': 'EMAIL', 'countersign.attempt': 1 });
    // What is done each second for nobody in particular is no trace, nor is being asked whether one is well.
    expect(spans.filter(({ name, parentSpanId }) => parentSpanId === '' && name.startsWith('unit'))).toEqual([]);
    expect(spans.filter(({ name }) => /health|metrics/.test(name))).toEqual([]);
  }

  it('of a sign-in, by one process for everything', async () => {
    sink = await startOtlpSink();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=for-the-collector' };
    const service = await start('embedded.js', env, 'embedded');
    const canaries = await signIn(service);
    // No waiting for the next delivery: what is left goes at the end.
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    check(sink.spans, canaries);
    expect(new Set(sink.spans.map((span) => span.service))).toEqual(new Set(['countersign']));
    expect(sink.headers[0]?.['x-key']).toBe('for-the-collector');
  }, 60_000);

  it('of a sign-in, by an API process and a worker', async () => {
    sink = await startOtlpSink();
    if (!ENGINES.includes('mariadb')) return;
    const database = await freshDatabase();
    const redisUrl = sharedRedisUrl();
    if (database === null || redisUrl === null) return;
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: `${redisUrl}?prefix=${folder.slice(-6)}`,
      SECRET_KEYS: KeyRing.generate(),
      OTEL_EXPORTER_OTLP_ENDPOINT: `${sink.url}/`,
    };
    const process_ = { PATH: process.env.PATH ?? '', SMTP_URL: smtp.url, PUBLIC_URL: 'http://localhost:3000', ...env };
    execFileSync(process.execPath, [join(entries, 'cli.js'), 'migrate'], { env: process_, stdio: 'ignore' });
    const api = await start('main.js', env, 'api');
    const worker = await start('worker.js', env, 'worker');
    const canaries = await signIn(api);
    for (const each of [api, worker]) each.child.kill('SIGTERM');
    expect(await Promise.all([api.ended, worker.ended])).toEqual([0, 0]);
    check(sink.spans, canaries);
    const by = (name: string): string[] => [...new Set(named(sink.spans, name).map(({ service }) => service))];
    expect([by('POST /graphql'), by('send EMAIL')]).toEqual([['countersign-api'], ['countersign-worker']]);
    await database.drop();
  }, 90_000);

  it('begin anew where a client sends nonsense for a traceparent', async () => {
    sink = await startOtlpSink();
    const service = await start('embedded.js', { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url }, 'nonsense');
    for (const traceparent of ['x', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `ff-${TRACE}-b7ad6b7169203331-01`]) {
      await ask(service, op.LOGIN, { input: { ...PERSON, password: WRONG } }, { traceparent });
    }
    const spans = await sink.waitFor((all) => named(all, 'POST /graphql').length >= 3);
    const requests = named(spans, 'POST /graphql');
    expect(requests.map(({ parentSpanId }) => parentSpanId)).toEqual(['', '', '']);
    expect(new Set(requests.map(({ traceId }) => traceId)).size).toBe(3);
    expect(requests.map(({ traceId }) => traceId)).not.toContain(TRACE);
  }, 60_000);

  it('hold nobody up while the collector is away, refuses or says nothing', async () => {
    sink = await startOtlpSink();
    const away = `http://127.0.0.1:${String(await freePort())}`;
    for (const [name, endpoint, behaviour] of [
      ['away', away, 'accept'],
      ['refuses', sink.url, 'refuse'],
      ['silent', sink.url, 'silent'],
    ] as const) {
      sink.setBehaviour(behaviour);
      const service = await start('embedded.js', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, LOG_LEVEL: 'warn' }, name);
      const times: number[] = [];
      for (let round = 0; round < 30; round += 1) {
        const began = performance.now();
        const answer = await ask(service, '{ __typename }', {});
        times.push(performance.now() - began);
        expect(answer).toBe('Query');
        // Some of them while a delivery is under way.
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(Math.max(...times)).toBeLessThan(500);
      const began = performance.now();
      service.child.kill('SIGTERM');
      expect(await service.ended).toBe(0);
      expect(performance.now() - began).toBeLessThan(6_000);
      expect([name, service.out().split('Spans could not be delivered').length - 1]).toEqual([name, 1]);
    }
  }, 90_000);

  it('load no package of theirs unless they are asked for', async () => {
    sink = await startOtlpSink();
    const loadedWith = async (env: Record<string, string>, name: string): Promise<string[]> => {
      const file = join(folder, `${name}.txt`);
      const service = await start('embedded.js', { LOADED_MODULES_FILE: file, ...env }, name);
      service.child.kill('SIGTERM');
      expect(await service.ended).toBe(0);
      const files = readFileSync(file, 'utf8').split('\n');
      return files.filter((path) => path.includes('@opentelemetry') || path.includes('/bundle/otlp-'));
    };
    const text = (name: string): string => readFileSync(join(entries, 'bundle', name), 'latin1');
    const withSdk = readdirSync(join(entries, 'bundle')).filter(
      (name) => name.endsWith('.cjs') && text(name).includes('BasicTracerProvider'),
    );
    expect(withSdk).toEqual([expect.stringMatching(/^otlp-/)]);
    expect(await loadedWith({}, 'untraced')).toEqual([]);
    const traced = await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url }, 'traced');
    expect(traced).toEqual([expect.stringContaining(`/bundle/${withSdk[0] ?? ''}`)]);
  }, 60_000);
});
