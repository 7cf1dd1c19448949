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

  it('never repeats a secret in what it says', () => {
    const said = problemsOf(
      { DATABASE_URL: 'postgres://u:hunter2@x/y', SMTP_URL: 'ftp://u:hunter2@x' },
      'embedded',
    ).join();
    expect(said).toContain('DATABASE_URL');
    expect(said).not.toContain('hunter2');
  });
});
