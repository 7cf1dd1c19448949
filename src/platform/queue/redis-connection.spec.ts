import { describe, expect, it } from '@jest/globals';
import { parseRedisUrl, type RedisTarget } from './redis-connection.js';

const DEFAULTS: RedisTarget = {
  kind: 'single',
  nodes: [{ host: 'r.example', port: 6379 }],
  masterName: null,
  db: 0,
  username: null,
  password: null,
  sentinelPassword: null,
  tls: false,
  prefix: 'countersign',
};

describe('parseRedisUrl', () => {
  it.each<[string, Partial<RedisTarget>]>([
    ['redis://r.example', {}],
    ['redis://r.example:6380/3', { nodes: [{ host: 'r.example', port: 6380 }], db: 3 }],
    ['rediss://r.example', { tls: true }],
    ['redis://app:p%40ss@r.example', { username: 'app', password: 'p@ss' }],
    ['redis://:secret@r.example', { password: 'secret' }],
    ['redis://secret@r.example', { password: 'secret' }],
    ['redis://r.example?prefix=staging', { prefix: 'staging' }],
    ['redis://[::1]:6380', { nodes: [{ host: '::1', port: 6380 }] }],
    [
      'redis+sentinel://user:pw@h1:26379,h2/mymaster?db=2&sentinelPassword=other',
      {
        kind: 'sentinel',
        nodes: [
          { host: 'h1', port: 26379 },
          { host: 'h2', port: 26379 },
        ],
        masterName: 'mymaster',
        db: 2,
        username: 'user',
        password: 'pw',
        sentinelPassword: 'other',
      },
    ],
    [
      'rediss+cluster://h1:7001,h2:7002',
      {
        kind: 'cluster',
        nodes: [
          { host: 'h1', port: 7001 },
          { host: 'h2', port: 7002 },
        ],
        tls: true,
      },
    ],
  ])('reads %s', (url, expected) => {
    expect(parseRedisUrl(url)).toEqual({ ...DEFAULTS, ...expected });
  });

  it.each([
    ['http://r.example', 'must be like'],
    ['redis://', 'must be like'],
    ['redis://h1,h2', 'several hosts'],
    ['redis://r.example:99999', 'host or port'],
    ['redis://r.example/zero', 'database'],
    ['redis+cluster://h1/1', 'database 0'],
    ['redis+sentinel://h1', 'name of the master'],
    ['redis://r.example?prefix={a}', 'prefix'],
    ['redis://:%zz@r.example', 'percent'],
  ])('refuses %s', (url, reason) => {
    expect(() => parseRedisUrl(url)).toThrow(reason);
  });

  it('repeats no password in its complaint', () => {
    expect(() => parseRedisUrl('redis://user:hunter2@bad host')).toThrow(expect.not.stringContaining('hunter2'));
  });
});
