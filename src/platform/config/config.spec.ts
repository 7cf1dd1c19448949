import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from './config.js';

const PRODUCTION = {
  DATABASE_URL: 'mysql://u:p@db.example.com/countersign',
  REDIS_URL: 'redis://redis.example.com:6379',
  SMTP_URL: 'smtp://mail.example.com',
  SECRET_KEYS: 'k1:x',
  PUBLIC_URL: 'https://sign-in.example.com/',
};

function problemsOf(env: Record<string, string>, mode: 'embedded' | 'production'): string[] {
  try {
    loadConfig(env, mode);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [String(error)];
  }
}

describe('the environment', () => {
  it('may be empty in embedded mode', () => {
    expect(loadConfig({}, 'embedded')).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      redisUrl: null,
      smtpUrl: null,
      trustProxy: false,
      introspection: true,
    });
  });

  it('holds an empty variable for an absent one', () => {
    expect(loadConfig({ REDIS_URL: '', PORT: '' }, 'embedded')).toMatchObject({ redisUrl: null, port: 3000 });
  });

  it('is complete for production, without introspection, and with links that need no slash', () => {
    expect(loadConfig(PRODUCTION, 'production')).toMatchObject({
      introspection: false,
      publicUrl: 'https://sign-in.example.com',
    });
  });

  it('names all that is missing at once', () => {
    expect(problemsOf({}, 'production')).toHaveLength(5);
  });

  it.each([
    ['links in the clear', { PUBLIC_URL: 'http://sign-in.example.com' }, 'must be https'],
    ['a file for many processes', { DATABASE_URL: 'sqlite:/tmp/x' }, 'one process only'],
    ['a replica that is no database', { DATABASE_REPLICA_URL: 'sqlite:/tmp/x' }, 'must be a URL like mysql://'],
    [
      'a misspelt parameter of the replica',
      { DATABASE_REPLICA_URL: 'mysql://r/x?ssl=1' },
      'DATABASE_REPLICA_URL has a',
    ],
    ['anyone as a proxy', { TRUST_PROXY: 'true' }, 'believe anyone'],
  ])('refuses %s', (_name, change, sentence) => {
    expect(problemsOf({ ...PRODUCTION, ...change }, 'production').join()).toContain(sentence);
  });

  it.each([
    ['2', 2],
    ['10.0.0.0/8, 192.168.1.1', ['10.0.0.0/8', '192.168.1.1']],
    ['false', false],
  ])('reads TRUST_PROXY=%s', (value, expected) => {
    expect(loadConfig({ TRUST_PROXY: value }, 'embedded').trustProxy).toEqual(expected);
  });

  it.each(['redis+sentinel://h1:26379,h2:26379/main', 'redis+cluster://h1:6379,h2:6379', 'rediss://h1'])(
    'takes %s',
    (url) => {
      expect(loadConfig({ REDIS_URL: url }, 'embedded').redisUrl).toBe(url);
    },
  );

  it.each(['', 'sqlite:/tmp/x'])('refuses a replica of SQLite, DATABASE_URL=%s', (url) => {
    const said = problemsOf(
      { DATABASE_URL: url, DATABASE_REPLICA_URL: 'mysql://u:hunter2@replica/countersign' },
      'embedded',
    ).join();
    expect(said).toContain('SQLite, which has no replicas');
    expect(said).not.toContain('hunter2');
  });

  it('takes a replica of MySQL', () => {
    const env = { ...PRODUCTION, DATABASE_REPLICA_URL: 'mysql://u:p@replica/countersign?poolSize=5' };
    expect(loadConfig(env, 'production').replicaUrl).toBe(env.DATABASE_REPLICA_URL);
    expect(loadConfig(PRODUCTION, 'production').replicaUrl).toBeNull();
  });

  it('traces nothing unless told where to', () => {
    expect(loadConfig({ OTEL_SERVICE_NAME: 'x' }, 'embedded').tracing).toBeNull();
  });

  it('reads where spans go', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-team=sign-in',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    };
    expect(loadConfig(env, 'embedded').tracing).toEqual({
      endpoint: 'http://collector:4318',
      headers: { authorization: 'Bearer abc', 'x-team': 'sign-in' },
      serviceName: null,
      ratio: 0.25,
    });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
    ['OTEL_TRACES_SAMPLER_ARG', 'always'],
  ])('names a broken %s=%s', (name, value) => {
    const said = problemsOf({ [name]: value }, 'embedded').join();
    expect(said).toContain(name);
    expect(said).not.toContain('hunter2');
  });

  it('never repeats a secret in what it says', () => {
    const said = problemsOf(
      { DATABASE_URL: 'postgres://u:hunter2@x/y', SMTP_URL: 'ftp://u:hunter2@x' },
      'embedded',
    ).join();
    expect(said).toContain('DATABASE_URL');
    expect(said).not.toContain('hunter2');
  });
});
