import { request as httpRequest } from 'node:http';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Header, Module, Post } from '@nestjs/common';
import { Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigModule, loadConfig } from '../../src/platform/config/index.js';
import {
  CurrentActor,
  CurrentOrigin,
  type GqlContext,
  GraphqlEdgeModule,
  OptionalActor,
} from '../../src/platform/graphql/index.js';
import { HealthModule, Readiness } from '../../src/platform/health/index.js';
import {
  createHttpApp,
  HTTP_LIMITS,
  type HttpLimits,
  listen,
  shutdownSteps,
  stopOnSignals,
} from '../../src/platform/http/index.js';
import { LoggingModule, PinoLoggerService } from '../../src/platform/logging/index.js';
import { MetricsModule } from '../../src/platform/metrics/index.js';
import type { Actor, Origin } from '../../src/shared/actor.js';
import { serviceBusy } from '../../src/shared/api-error.js';

@Resolver()
class DummyResolver {
  @Query(() => String) origin(@CurrentOrigin() origin: Origin) {
    return JSON.stringify(origin);
  }
  @Query(() => Boolean) signedIn(@OptionalActor() actor: Actor | null) {
    return actor !== null;
  }
  @Query(() => String) me(@CurrentActor() actor: Actor) {
    return actor.email;
  }
  @Query(() => String, { nullable: true }) cookie(@Context() { cookies }: GqlContext) {
    return cookies.read('access');
  }
  @Mutation(() => Boolean) keep(@Context() { cookies }: GqlContext) {
    cookies.set('access', 'a b;c', 600.9);
    cookies.set('browser', 'remember', 90 * 86_400);
    cookies.clear('refresh');
    return true;
  }
}

@Controller('plain')
class PlainController {
  @Get('busy') busy(): never {
    throw serviceBusy(2);
  }
  @Get('broken') broken(): never {
    throw new Error('the password is hunter2');
  }
  @Get('page') @Header('content-security-policy', "default-src 'self'") page() {
    return 'page';
  }
  @Post('echo') echo(@Body() body: unknown) {
    return body ?? {};
  }
  @Get('slow') async slow() {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return 'done';
  }
}

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: Record<string, unknown> }[];
}

const open: NestFastifyApplication[] = [];
const lines: string[] = [];

async function boot(env: NodeJS.ProcessEnv = {}, limits: HttpLimits = HTTP_LIMITS): Promise<NestFastifyApplication> {
  const config = loadConfig({ PUBLIC_URL: 'https://sign-in.example.com', ...env }, 'embedded');
  const logger = new PinoLoggerService(config, { write: (line) => void lines.push(line) });
  @Module({
    imports: [
      ConfigModule.forRoot(config),
      LoggingModule.forRoot(logger),
      MetricsModule,
      HealthModule,
      GraphqlEdgeModule.forRoot(),
    ],
    controllers: [PlainController],
    providers: [DummyResolver],
  })
  class DummyModule {}
  const app = await createHttpApp(DummyModule, config, logger, limits);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  open.push(app);
  return app;
}

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await boot();
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
});

type Headers = Record<string, string>;
const post = (query: string, headers: Headers = {}, on = app) =>
  on.inject({ method: 'POST', url: '/graphql', payload: { query }, headers });
const codeOf = (response: { json(): unknown }) => (response.json() as Answer).errors?.[0]?.extensions.code;

describe('headers of every answer', () => {
  it.each([
    ['GraphQL', 'POST', '/graphql'],
    ['nothing there', 'GET', '/nowhere'],
    ['an address that cannot be read', 'GET', '/%zz'],
    ['a bug', 'GET', '/plain/broken'],
    ['health', 'GET', '/health/live'],
  ] as const)('%s', async (_name, method, url) => {
    const { headers } = await app.inject({
      method,
      url,
      ...(method === 'POST' && { payload: { query: '{ signedIn }' } }),
    });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000',
    });
    expect(headers).toHaveProperty('permissions-policy');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('a route may set a policy of its own', async () => {
    const { headers } = await app.inject({ url: '/plain/page' });
    expect(headers['content-security-policy']).toBe("default-src 'self'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('no HSTS under http', async () => {
    const plain = await boot({ PUBLIC_URL: 'http://localhost:3000' });
    expect((await plain.inject({ url: '/health/live' })).headers).not.toHaveProperty('strict-transport-security');
  });

  it('the request id is ours, whatever the client sends', async () => {
    const { headers } = await post('{ signedIn }', { 'x-request-id': 'mine', 'request-id': 'mine' });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });
});

describe('cookies', () => {
  it('are __Host-, HttpOnly, Secure, SameSite=Strict under https', async () => {
    const { headers } = await post('mutation { keep }');
    expect(headers['set-cookie']).toEqual([
      '__Host-countersign-access=a%20b%3Bc; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Strict',
      '__Host-countersign-browser=remember; Max-Age=7776000; Path=/; HttpOnly; Secure; SameSite=Strict',
      '__Host-countersign-refresh=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict',
    ]);
  });

  it('have plain names and no Secure under http, where browsers would drop them', async () => {
    const plain = await boot({ PUBLIC_URL: 'http://localhost:3000' });
    const { headers } = await post('mutation { keep }', {}, plain);
    expect(headers['set-cookie']).toContain(
      'countersign-access=a%20b%3Bc; Max-Age=600; Path=/; HttpOnly; SameSite=Strict',
    );
  });

  it('are read by their own name only', async () => {
    const read = async (cookie: string) => (await post('{ cookie }', { cookie })).json<Answer>().data?.cookie;
    expect(await read('__Host-countersign-access=a%20b%3Bc')).toBe('a b;c');
    expect(await read('countersign-access=planted')).toBeNull();
    expect(await read('__Host-countersign-access=')).toBeNull();
    expect(await read('other=1')).toBeNull();
  });
});

describe('forged requests', () => {
  const cookie = '__Host-countersign-access=token';
  it.each([
    ['no Origin', {}, 200],
    ['our own Origin', { origin: 'https://sign-in.example.com' }, 200],
    ['a stranger', { origin: 'https://evil.example' }, 403],
    ['a sibling', { origin: 'https://other.example.com' }, 403],
    ['our name with more behind', { origin: 'https://sign-in.example.com.evil.example' }, 403],
    ['our name over http', { origin: 'http://sign-in.example.com' }, 403],
    ['our name on another port', { origin: 'https://sign-in.example.com:8443' }, 403],
    ['null', { origin: 'null' }, 403],
  ])('with our cookies, %s', async (_name, headers, status) => {
    const response = await post('{ signedIn }', { ...headers, cookie });
    expect(response.statusCode).toBe(status);
    if (status === 403) expect(codeOf(response)).toBe('FORBIDDEN');
  });

  it('without our cookies, the Origin does not matter', async () => {
    expect((await post('{ signedIn }', { origin: 'https://evil.example' })).statusCode).toBe(200);
    expect((await post('{ signedIn }', { origin: 'https://evil.example', cookie: 'theirs=1' })).statusCode).toBe(200);
  });

  it('a listed origin may act with cookies; the names of the loopback are one', async () => {
    const listed = await boot({ CORS_ORIGINS: 'https://erp.example.com' });
    expect((await post('{ signedIn }', { origin: 'https://erp.example.com', cookie }, listed)).statusCode).toBe(200);
    const local = await boot({ PUBLIC_URL: 'http://localhost:3000' });
    const mine = { cookie: 'countersign-access=token' };
    expect((await post('{ signedIn }', { origin: 'http://127.0.0.1:3000', ...mine }, local)).statusCode).toBe(200);
    expect((await post('{ signedIn }', { origin: 'http://127.0.0.1:4000', ...mine }, local)).statusCode).toBe(403);
  });

  it.each([
    ['text/plain', '{"query":"{ signedIn }"}'],
    ['application/x-www-form-urlencoded', 'query=%7B+signedIn+%7D'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n{ signedIn }\r\n--x--',
    ],
    ['application/graphql', '{ signedIn }'],
    ['text/plain; application/json', '{"query":"{ signedIn }"}'],
  ])('a body of %s is refused', async (type, payload) => {
    const response = await app.inject({ method: 'POST', url: '/graphql', payload, headers: { 'content-type': type } });
    expect(response.statusCode).toBe(415);
    expect(codeOf(response)).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  it('GET: queries need a header that no form or image can set, mutations are refused', async () => {
    const get = (query: string, headers: Headers = {}) =>
      app.inject({ url: `/graphql?query=${encodeURIComponent(query)}`, headers });
    expect((await get('{ signedIn }')).statusCode).toBe(400);
    expect((await get('{ signedIn }', { 'content-type': 'text/plain' })).statusCode).toBe(400);
    expect((await get('{ signedIn }', { 'apollo-require-preflight': '1' })).statusCode).toBe(200);
    const mutation = await get('mutation { keep }', { 'apollo-require-preflight': '1' });
    expect(mutation.statusCode).toBe(405);
    expect(mutation.headers).not.toHaveProperty('set-cookie');
  });
});

describe('CORS', () => {
  const preflight = (on: NestFastifyApplication, origin: string) =>
    on.inject({
      method: 'OPTIONS',
      url: '/graphql',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  it('is closed where nothing is listed', async () => {
    const { headers } = await preflight(app, 'https://erp.example.com');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('opens for exactly the listed origins', async () => {
    const listed = await boot({ CORS_ORIGINS: 'https://erp.example.com,https://crm.example.com' });
    const answer = await preflight(listed, 'https://crm.example.com');
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://crm.example.com',
      'access-control-allow-credentials': 'true',
    });
    expect(answer.headers.vary).toMatch(/origin/i);
    for (const origin of [
      'https://evil.example',
      'https://erp.example.com.evil.example',
      'null',
      'http://erp.example.com',
    ]) {
      expect((await preflight(listed, origin)).headers).not.toHaveProperty('access-control-allow-origin');
      expect((await post('{ signedIn }', { origin }, listed)).headers).not.toHaveProperty(
        'access-control-allow-origin',
      );
    }
    const real = await post('{ signedIn }', { origin: 'https://erp.example.com' }, listed);
    expect(real.headers['access-control-allow-origin']).toBe('https://erp.example.com');
  });
});

describe('refusals in clear words', () => {
  it.each([
    ['404', 404, { method: 'GET', url: '/nowhere/token-123' }, 'NOT_FOUND'],
    ['405', 405, { method: 'DELETE', url: '/health/live?x=1' }, 'METHOD_NOT_ALLOWED'],
    [
      '400 JSON',
      400,
      {
        method: 'POST',
        url: '/graphql',
        payload: '{"query": hunter2',
        headers: { 'content-type': 'application/json' },
      },
      'BAD_REQUEST',
    ],
    [
      '400 empty',
      400,
      { method: 'POST', url: '/graphql', payload: '', headers: { 'content-type': 'application/json' } },
      'BAD_REQUEST',
    ],
    [
      '400 prototype',
      400,
      {
        method: 'POST',
        url: '/graphql',
        payload: '{"__proto__": {"a": 1}}',
        headers: { 'content-type': 'application/json' },
      },
      'BAD_REQUEST',
    ],
    ['400 address', 400, { method: 'GET', url: '/%zz' }, 'BAD_REQUEST'],
    ['503', 503, { method: 'GET', url: '/plain/busy' }, 'SERVICE_BUSY'],
    ['500', 500, { method: 'GET', url: '/plain/broken' }, 'INTERNAL_SERVER_ERROR'],
  ] as const)('%s', async (_name, status, options, code) => {
    const response = await app.inject(options);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(codeOf(response)).toBe(code);
    expect(response.body).not.toMatch(/hunter2|token-123|node_modules|\bat \/|Cannot|FST_/);
  });

  it('says which methods an address takes, and when to come back', async () => {
    expect((await app.inject({ method: 'DELETE', url: '/health/live' })).headers.allow).toBe('GET, HEAD');
    expect((await app.inject({ url: '/plain/busy' })).headers['retry-after']).toBe('2');
  });

  it('a bug names the request, and the log has it without the secret pattern of the address', async () => {
    lines.length = 0;
    const response = await app.inject({ url: '/plain/broken?token=abcdef' });
    const id = String(response.headers['x-request-id']);
    expect(response.json<Answer>().errors?.[0]?.message).toContain(id);
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries).toContainEqual(
      expect.objectContaining({ level: 'error', requestId: id, msg: 'A request failed.' }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ msg: 'request', requestId: id, route: '/plain/broken', status: 500, method: 'GET' }),
    );
    expect(lines.join('')).not.toContain('abcdef');
  });

  it('a body of 100 kB passes, one byte more does not', async () => {
    const body = (bytes: number) => JSON.stringify({ a: 'x'.repeat(bytes - 8) });
    const send = (payload: string) =>
      app.inject({ method: 'POST', url: '/plain/echo', payload, headers: { 'content-type': 'application/json' } });
    expect((await send(body(100 * 1024))).statusCode).toBe(201);
    const beyond = await send(body(100 * 1024 + 1));
    expect([beyond.statusCode, codeOf(beyond)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });
});

describe('where a request came from', () => {
  const ask = async (on: NestFastifyApplication, headers: Headers) => {
    const answer = (await post('{ origin }', headers, on)).json<Answer>();
    return JSON.parse(String(answer.data?.origin)) as Origin;
  };
  const forwarded = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' };

  it('believes no forwarded address unless told to, and then so many hops', async () => {
    expect((await ask(app, forwarded)).ip).toBe('127.0.0.1');
    expect((await ask(await boot({ TRUST_PROXY: '1' }), forwarded)).ip).toBe('203.0.113.7');
    expect((await ask(await boot({ TRUST_PROXY: '2' }), forwarded)).ip).toBe('198.51.100.1');
    expect((await ask(await boot({ TRUST_PROXY: '127.0.0.1' }), forwarded)).ip).toBe('203.0.113.7');
    expect((await ask(await boot({ TRUST_PROXY: '10.0.0.0/8' }), forwarded)).ip).toBe('127.0.0.1');
  });

  it('cuts the user agent', async () => {
    expect((await ask(app, { 'user-agent': 'x'.repeat(1_000) })).userAgent).toHaveLength(400);
    expect((await ask(app, { 'user-agent': 'Evil\u0085\u0090 Browser' })).userAgent).toBe('Evil Browser');
  });

  it('nobody is signed in before a guard says so', async () => {
    expect((await post('{ signedIn }')).json()).toEqual({ data: { signedIn: false } });
    expect(codeOf(await post('{ me }'))).toBe('UNAUTHENTICATED');
  });
});

describe('health and metrics', () => {
  it('answers', async () => {
    expect((await app.inject({ url: '/health/live' })).json()).toEqual({ status: 'live' });
    const ready = await app.inject({ url: '/health/ready' });
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: 'ready', database: 'up', queue: 'up' }]);
    const metrics = await app.inject({ url: '/metrics' });
    expect(metrics.headers['content-type']).toMatch(/^text\/plain/);
    expect(metrics.body).toMatch(/http_request_duration_seconds_count\{route="\/health\/live",status="200"\} \d/);
    expect(metrics.body).toContain('process_cpu_seconds_total');
  });

  it('no label comes from an address', async () => {
    await app.inject({ url: '/nowhere/by-a-stranger' });
    const { body } = await app.inject({ url: '/metrics' });
    expect(body).toContain('route="unmatched"');
    expect(body).not.toContain('by-a-stranger');
  });
});

describe('on the wire', () => {
  const quick: HttpLimits = { ...HTTP_LIMITS, requestMs: 300, checkMs: 50 };

  it.each([
    ['says nothing', ''],
    ['sends its headers bit by bit', 'POST /graphql HTTP/1.1\r\nHost: x\r\n'],
    [
      'never ends its body',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    ],
  ])('a client that %s is cut off', async (_name, text) => {
    const slow = await boot({ HOST: '127.0.0.1' }, quick);
    const port = await listen(slow, { host: '127.0.0.1', port: 0 });
    const started = performance.now();
    await new Promise<void>((resolve, reject) => {
      const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write(text));
      socket.on('close', () => resolve()).on('error', () => resolve());
      socket.resume();
      setTimeout(() => reject(new Error('The connection stayed open.')), 5_000).unref();
    });
    expect(performance.now() - started).toBeGreaterThan(200);
  });

  it('a port in use is told plainly', async () => {
    const first = await boot();
    const port = await listen(first, { host: '127.0.0.1', port: 0 });
    await expect(listen(await boot(), { host: '127.0.0.1', port })).rejects.toThrow(
      `Port ${String(port)} on 127.0.0.1 is in use: set PORT to another one.`,
    );
  });

  it('a signal finishes the request in hand, on a kept connection too, and ends with code 0', async () => {
    const served = await boot();
    const port = await listen(served, { host: '127.0.0.1', port: 0 });
    const readiness = served.get(Readiness);
    const handlers = new Map<string, () => void>();
    const exited = new Promise<number>((resolve) => {
      const host = { on: (signal: string, handler: () => void) => handlers.set(signal, handler), exit: resolve };
      stopOnSignals(shutdownSteps(served), new PinoLoggerService({ logLevel: 'silent', mode: 'embedded' }), host);
    });
    const answered = new Promise<string>((resolve, reject) => {
      httpRequest(
        { port, host: '127.0.0.1', path: '/plain/slow', headers: { connection: 'keep-alive' } },
        (response) => {
          let text = '';
          response.on('data', (chunk) => (text += String(chunk))).on('end', () => resolve(text));
        },
      )
        .on('error', reject)
        .end();
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await readiness.report()).ready).toBe(true);
    handlers.get('SIGTERM')?.();
    expect((await readiness.report()).ready).toBe(false);
    expect(await answered).toBe('done');
    const started = performance.now();
    expect(await exited).toBe(0);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
