import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { DataSource } from 'typeorm';
import { SetupService } from '../../src/administration/index.js';
import { ApiModule } from '../../src/api.module.js';
import { registerConsole } from '../../src/console/index.js';
import { type DevMail, DevMailbox } from '../../src/notification/dev-mailbox.js';
import { type Config, loadConfig } from '../../src/platform/config/index.js';
import { KeyRing, type PasswordHasher } from '../../src/platform/crypto/index.js';
import { GRAPHQL_PATH } from '../../src/platform/graphql/index.js';
import { createHttpApp } from '../../src/platform/http/index.js';
import { type LogSink, PinoLoggerService } from '../../src/platform/logging/index.js';
import { assertNothingFound, CanaryWatch } from './canary-watch.js';
import { Client } from './client.js';
import { FastHasher } from './fast-hasher.js';
import { freshDatabase, sharedRedisUrl } from './servers.js';
import { TestClock } from './test-clock.js';

export type Engine = 'sqlite' | 'mariadb';

/** Both, wherever the binaries are; the global setup says so loudly where they are not. */
export const ENGINES: Engine[] =
  process.env.COUNTERSIGN_TEST_MARIADB_PORT === undefined ? ['sqlite'] : ['sqlite', 'mariadb'];

export const ADMIN = { email: 'admin@example.com', password: 'violet anchors drift slowly' };

export interface World {
  engine: Engine;
  app: NestFastifyApplication;
  fastify: FastifyInstance;
  config: Config;
  clock: TestClock;
  hasher: FastHasher;
  dataSource: DataSource;
  dataDir: string;
  client: (headers?: Record<string, string>) => Client;
  mails: () => Promise<DevMail[]>;
  /** Looks for secrets outside of their one place; `stop` does, and throws where it finds one. */
  searchForSecrets: () => Promise<string[]>;
  stop: () => Promise<void>;
}

export interface WorldOptions {
  env?: Record<string, string>;
  clock?: TestClock;
  /** Share a database with another world, as two API processes do. */
  databaseUrl?: string;
  keyRing?: KeyRing;
  /** Takes every line of the log. */
  logSink?: LogSink;
  /** The real one, where hashes themselves are tested. */
  hasher?: PasswordHasher;
}

/** Boots the real application, all of it, with a clock that stands still and a hasher that is quick. */
export async function startWorld(engine: Engine, options: WorldOptions = {}): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  const database = engine === 'mariadb' && options.databaseUrl === undefined ? await freshDatabase() : null;
  const databaseUrl = options.databaseUrl ?? database?.url;
  const redisUrl = engine === 'mariadb' ? sharedRedisUrl() : null;
  const env = {
    DATA_DIR: dataDir,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    // Nobody reads it, but the watch for secrets: what must not be logged must not be at any level.
    LOG_LEVEL: 'debug',
    PUBLIC_URL: 'http://localhost:3000',
    SMS_GATEWAY_HOSTS: '127.0.0.1',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...(redisUrl === null ? {} : { REDIS_URL: `${redisUrl}?prefix=${dataDir.slice(-6)}` }),
    ...options.env,
  };
  const config = loadConfig(env, 'embedded');
  const clock = options.clock ?? new TestClock();
  const hasher = new FastHasher();
  const keys = options.keyRing === undefined ? KeyRing.generate() : null;
  const keyRing = options.keyRing ?? KeyRing.parse(keys ?? '');
  const watch = new CanaryWatch(config, keys);
  const logger = new PinoLoggerService(config, watch.sink(options.logSink));
  const parts = { config, keyRing, logger, clock, hasher: options.hasher ?? hasher };
  const app = await createHttpApp(ApiModule.forRoot(parts, { embedded: true }), config, logger);
  const fastify = app.getHttpAdapter().getInstance();
  registerConsole(fastify, { graphqlPath: GRAPHQL_PATH });
  await app.init();
  await fastify.ready();
  await app.get(SetupService, { strict: false }).ensureFirst(config);
  const dataSource = app.get(DataSource, { strict: false });
  const mails = (): Promise<DevMail[]> => app.get(DevMailbox, { strict: false }).list();
  const searchForSecrets = (): Promise<string[]> => watch.search({ config, dataSource, fastify, mails });
  return {
    engine,
    app,
    fastify,
    config,
    clock,
    hasher,
    dataSource,
    dataDir,
    client: (headers) => new Client(fastify, headers, watch),
    mails,
    searchForSecrets,
    stop: async () => {
      try {
        assertNothingFound(await searchForSecrets());
      } finally {
        await app.close();
        await database?.drop();
        rmSync(dataDir, { recursive: true, force: true });
      }
    },
  };
}
