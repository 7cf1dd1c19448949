import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { databaseUrlProblems } from './database-url.js';

/** How a process runs: everything in one process on SQLite, or separate API and worker processes on MySQL and Redis. */
export type RunMode = 'embedded' | 'production';

export interface Config {
  mode: RunMode;
  host: string;
  port: number;
  /** Without a trailing slash. Links in mails start with it, never with the request's Host header. */
  publicUrl: string;
  dataDir: string;
  databaseUrl: string;
  /** Null: there is no copy for reads that may be a little old. */
  replicaUrl: string | null;
  /** Null: the queue lives in the process. */
  redisUrl: string | null;
  /** Null: mails are written to `data/mail`. */
  smtpUrl: string | null;
  mailFrom: string;
  /** Null: embedded mode makes and keeps its own under `data/keys`. */
  secretKeys: string | null;
  adminEmail: string | null;
  adminPassword: string | null;
  /** Proxies whose X-Forwarded-For is believed: a count, or addresses and CIDR ranges. */
  trustProxy: false | number | string[];
  logLevel: LogLevel;
  smsGatewayHosts: string[];
  introspection: boolean;
  corsOrigins: string[];
  /** Null: nothing is traced, and no package for it is loaded. */
  tracing: TracingConfig | null;
}

/** Where spans go. The names of the variables are OpenTelemetry's own. */
export interface TracingConfig {
  /** Without a trailing slash, and without `/v1/traces`. */
  endpoint: string;
  headers: Record<string, string>;
  serviceName: string | null;
  /** The share of traces that is kept, from 0 to 1. */
  ratio: number;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What is wrong with the environment, one line each, and what to do about it. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const urlOf = (name: string, protocols: string[], example: string) =>
  z.string().refine(
    (value) => {
      try {
        return protocols.includes(new URL(value).protocol);
      } catch {
        return false;
      }
    },
    { error: `${name} must be a URL like ${example}.` },
  );

const bool = (name: string) =>
  z
    .enum(['true', 'false', '1', '0'], { error: `${name} must be true or false.` })
    .transform((value) => value === 'true' || value === '1');

const RATIO_PROBLEM = 'OTEL_TRACES_SAMPLER_ARG must be the share of traces to keep, from 0 to 1.';

const Environment = z.object({
  NODE_ENV: z.string().optional(),
  PORT: z.coerce.number({ error: 'PORT must be a number.' }).int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: urlOf('PUBLIC_URL', ['http:', 'https:'], 'https://sign-in.example.com').optional(),
  DATA_DIR: z.string().default('data'),
  DATABASE_URL: urlOf(
    'DATABASE_URL',
    ['mysql:', 'mariadb:', 'sqlite:'],
    'mysql://user:password@db.example.com:3306/countersign',
  ).optional(),
  DATABASE_REPLICA_URL: urlOf(
    'DATABASE_REPLICA_URL',
    ['mysql:', 'mariadb:'],
    'mysql://user:password@replica.example.com:3306/countersign',
  ).optional(),
  // By its scheme alone: Sentinel and Cluster name several hosts, which `URL` does not know. The queue reads the rest.
  REDIS_URL: z
    .string()
    .regex(/^rediss?(?:\+(?:sentinel|cluster))?:\/\/./, {
      error: 'REDIS_URL must be a URL like redis://redis.example.com:6379, redis+sentinel://… or redis+cluster://….',
    })
    .optional(),
  SMTP_URL: urlOf('SMTP_URL', ['smtp:', 'smtps:'], 'smtp://user:password@mail.example.com:587').optional(),
  MAIL_FROM: z.string().default('Countersign <countersign@localhost>'),
  SECRET_KEYS: z.string().optional(),
  ADMIN_EMAIL: z.email({ error: 'ADMIN_EMAIL must be an e-mail address.' }).optional(),
  ADMIN_PASSWORD: z.string().optional(),
  TRUST_PROXY: z.string().optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.` }).default('info'),
  SMS_GATEWAY_HOSTS: z.string().default(''),
  GRAPHQL_INTROSPECTION: bool('GRAPHQL_INTROSPECTION').optional(),
  CORS_ORIGINS: z.string().default(''),
  OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    ['http:', 'https:'],
    'http://collector.example.com:4318',
  ).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .regex(/^[^=,\s]+=[^,]*(?:,\s*[^=,\s]+=[^,]*)*$/, {
      error: 'OTEL_EXPORTER_OTLP_HEADERS must be like name=value,name=value.',
    })
    .optional(),
  OTEL_SERVICE_NAME: z.string().max(100).optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: RATIO_PROBLEM })
    .min(0, { error: RATIO_PROBLEM })
    .max(1, { error: RATIO_PROBLEM })
    .default(1),
});

type Environment = z.infer<typeof Environment>;

/** Every variable that is read, for whoever checks a deployment against it. */
export const ENVIRONMENT_NAMES: readonly string[] = Object.keys(Environment.shape);

function trustProxy(value: string | undefined): Config['trustProxy'] {
  if (value === undefined || value === 'false' || value === '0') return false;
  return /^\d+$/.test(value) ? Number(value) : list(value);
}

/** Values are percent-encoded, as OpenTelemetry has it. What is not is taken as it stands. */
function headers(text: string | undefined): Record<string, string> {
  const decoded = (value: string): string => {
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  };
  const pairs = list(text ?? '').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())];
  });
  return Object.fromEntries(pairs);
}

function tracing(env: Environment): Config['tracing'] {
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return null;
  return {
    endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/+$/, ''),
    headers: headers(env.OTEL_EXPORTER_OTLP_HEADERS),
    serviceName: env.OTEL_SERVICE_NAME ?? null,
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
  };
}

/** Links must not send credentials over plain HTTP, except to this very machine. */
function isLoopback(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}

function problemsOf(env: Environment, mode: RunMode): string[] {
  const problems: string[] = [];
  if (env.ADMIN_PASSWORD !== undefined && env.ADMIN_EMAIL === undefined) {
    problems.push('ADMIN_PASSWORD is set, but ADMIN_EMAIL is not: set both or neither.');
  }
  if (env.TRUST_PROXY === 'true') {
    problems.push('TRUST_PROXY=true would believe anyone: give the number of proxies, or their addresses.');
  }
  for (const name of ['DATABASE_URL', 'DATABASE_REPLICA_URL'] as const) {
    problems.push(...databaseUrlProblems(name, env[name]));
  }
  if (env.DATABASE_REPLICA_URL !== undefined && (env.DATABASE_URL ?? 'sqlite:').startsWith('sqlite:')) {
    problems.push(
      'DATABASE_REPLICA_URL is set, but the database is SQLite, which has no replicas: unset it, or use MySQL.',
    );
  }
  if (mode === 'embedded') return problems;
  if (env.DATABASE_URL === undefined) {
    problems.push('DATABASE_URL is missing: set it to mysql://user:password@host:3306/database.');
  } else if (env.DATABASE_URL.startsWith('sqlite:')) {
    problems.push('DATABASE_URL names SQLite, which serves one process only: use MySQL or MariaDB, or `npm start`.');
  }
  if (env.REDIS_URL === undefined) problems.push('REDIS_URL is missing: set it to redis://host:6379.');
  if (env.SMTP_URL === undefined) problems.push('SMTP_URL is missing: set it to smtp://user:password@host:587.');
  if (env.SECRET_KEYS === undefined) {
    problems.push(
      'SECRET_KEYS is missing: set it to k1:<base64 of 32 random bytes>, e.g. from `openssl rand -base64 32`.',
    );
  }
  if (env.PUBLIC_URL === undefined) {
    problems.push('PUBLIC_URL is missing: set it to the address that people use, e.g. https://sign-in.example.com.');
  } else if (!env.PUBLIC_URL.startsWith('https:') && !isLoopback(env.PUBLIC_URL)) {
    problems.push('PUBLIC_URL must be https, or the links in mails would be sent in the clear.');
  }
  return problems;
}

/**
 * Reads and checks the whole environment, once, at start.
 * An empty variable counts as absent, since compose files and CI leave such behind.
 * @throws ConfigError that names every problem found
 */
export function loadConfig(source: NodeJS.ProcessEnv, mode: RunMode): Config {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Environment.safeParse(present);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const env = parsed.data;
  const problems = problemsOf(env, mode);
  if (problems.length > 0) throw new ConfigError(problems);

  const dataDir = isAbsolute(env.DATA_DIR) ? env.DATA_DIR : resolve(env.DATA_DIR);
  return {
    mode,
    host: env.HOST,
    port: env.PORT,
    publicUrl: (env.PUBLIC_URL ?? `http://localhost:${String(env.PORT)}`).replace(/\/+$/, ''),
    dataDir,
    databaseUrl: env.DATABASE_URL ?? `sqlite:${resolve(dataDir, 'countersign.sqlite')}`,
    replicaUrl: env.DATABASE_REPLICA_URL ?? null,
    redisUrl: env.REDIS_URL ?? null,
    smtpUrl: env.SMTP_URL ?? null,
    mailFrom: env.MAIL_FROM,
    secretKeys: env.SECRET_KEYS ?? null,
    adminEmail: env.ADMIN_EMAIL ?? null,
    adminPassword: env.ADMIN_PASSWORD ?? null,
    trustProxy: trustProxy(env.TRUST_PROXY),
    logLevel: env.LOG_LEVEL,
    smsGatewayHosts: list(env.SMS_GATEWAY_HOSTS).map((host) => host.toLowerCase()),
    introspection: env.GRAPHQL_INTROSPECTION ?? mode === 'embedded',
    corsOrigins: list(env.CORS_ORIGINS),
    tracing: tracing(env),
  };
}

/** The one place that touches the process environment. */
export const loadProcessConfig = (mode: RunMode): Config => loadConfig(process.env, mode);
