/** Where Redis is, and as whom to go there. */
export interface RedisTarget {
  kind: 'single' | 'sentinel' | 'cluster';
  /** Of the server; of the sentinels; of some nodes of the cluster. */
  nodes: { host: string; port: number }[];
  /** What the sentinels call the master. */
  masterName: string | null;
  /** Always 0 in a cluster. */
  db: number;
  username: string | null;
  password: string | null;
  /** Of the sentinels themselves, where they ask for one of their own. */
  sentinelPassword: string | null;
  tls: boolean;
  /** First part of every key, for a Redis that is shared with others. */
  prefix: string;
}

const FORM = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;
const DEFAULT_PREFIX = 'countersign';

/**
 * - `redis://[[user]:password@]host[:port][/db]`, `rediss://…` with TLS
 * - `redis+sentinel://[[user]:password@]host[:port],host[:port]/master[?db=0&sentinelPassword=…]`
 * - `redis+cluster://[[user]:password@]host[:port],host[:port]`
 *
 * Any of them takes `?prefix=name` where several installations share a Redis. Not read by `URL`, which knows no list
 * of hosts.
 * @throws Error that says what is wrong and repeats nothing of the URL, which may hold a password
 */
export function parseRedisUrl(url: string): RedisTarget {
  const [, scheme, kindText, credentials, hosts, path = '', query] = FORM.exec(url) ?? [];
  if (scheme === undefined || hosts === undefined) {
    throw new Error(
      'REDIS_URL must be like redis://[user:password@]host:6379, redis+sentinel://… or redis+cluster://….',
    );
  }
  const kind = kindText === 'sentinel' || kindText === 'cluster' ? kindText : 'single';
  const nodes = hosts.split(',').map((text) => node(text, kind === 'sentinel' ? 26_379 : 6_379));
  if (kind === 'single' && nodes.length > 1) {
    throw new Error('REDIS_URL names several hosts: use redis+sentinel:// or redis+cluster://.');
  }
  const parameters = new URLSearchParams(query);
  const masterName = kind === 'sentinel' ? decoded(path) : null;
  if (masterName === '')
    throw new Error('REDIS_URL needs the name of the master: redis+sentinel://host:26379/mymaster.');
  return {
    kind,
    nodes,
    masterName,
    db: database(parameters.get('db') ?? (kind === 'sentinel' ? '' : path), kind),
    ...login(credentials),
    sentinelPassword: parameters.get('sentinelPassword'),
    tls: scheme === 'rediss',
    prefix: prefix(parameters.get('prefix')),
  };
}

function node(text: string, defaultPort: number): { host: string; port: number } {
  const [, v6, name, portText] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = v6 ?? name;
  const port = portText === undefined ? defaultPort : Number(portText);
  if (host === undefined || port < 1 || port > 65_535)
    throw new Error('REDIS_URL has a host or port that cannot be read.');
  return { host, port };
}

function database(text: string, kind: RedisTarget['kind']): number {
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) throw new Error('REDIS_URL has a database that is no number.');
  if (kind === 'cluster' && Number(text) !== 0) throw new Error('REDIS_URL: a cluster has database 0 only.');
  return Number(text);
}

function login(credentials: string | undefined): Pick<RedisTarget, 'username' | 'password'> {
  if (credentials === undefined || credentials === '') return { username: null, password: null };
  const colon = credentials.indexOf(':');
  // `redis://secret@host` is read as a password, as redis-cli does not but people mean.
  if (colon < 0) return { username: null, password: decoded(credentials) };
  return { username: decoded(credentials.slice(0, colon)) || null, password: decoded(credentials.slice(colon + 1)) };
}

function prefix(text: string | null): string {
  if (text === null || text === '') return DEFAULT_PREFIX;
  // Braces would move the hash tag, and a colon would let one installation's keys run into another's.
  if (!/^[\w.-]{1,64}$/.test(text)) throw new Error('REDIS_URL: a prefix has letters, digits, ".", "_" and "-" only.');
  return text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('REDIS_URL has a percent sign that starts no escape: write %25.');
  }
}
