import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../../src/entities.js';
import { KeyRing } from '../../src/platform/crypto/index.js';
import { dataSourceOptions } from '../../src/platform/database/index.js';
import { type Build, buildProcesses } from '../support/build.js';
import { type MariadbServer, startMariadb } from '../support/mariadb.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { type SmsSink, startSmsSink } from '../support/sms-sink.js';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.js';
import { type FactorOf, type Person, settle } from './people.js';
import { type ServiceProcess, serviceProcess } from './process.js';

/** Short, so that a test sees what becomes of a code that could not be sent. */
export const CODE_SECONDS = 30;

export interface Installation {
  mariadb: MariadbServer;
  redis: RedisServer;
  smtp: SmtpSink;
  sms: SmsSink;
  apis: [ServiceProcess, ServiceProcess];
  workers: [ServiceProcess, ServiceProcess];
  dataSource: DataSource;
  /** Each is taken once: sends are limited by person, and a step of an app is good once. */
  next(method: FactorOf): Person;
  people: Person[];
  stop(): Promise<void>;
}

const DATABASE = 'countersign';

/** A production installation of real processes: two that answer, two that send. Null where MariaDB or Redis is missing. */
export async function startInstallation(counts: Record<FactorOf, number>): Promise<Installation | null> {
  const [mariadb, redis] = await Promise.all([startMariadb({ durable: true }), startRedis()]);
  if (mariadb === null || redis === null) {
    await Promise.all([mariadb?.stop(), redis?.stop()]);
    return null;
  }
  const [smtp, sms, build] = await Promise.all([
    startSmtpSink({ slowMs: 3_000 }),
    startSmsSink({ slowMs: 3_000 }),
    buildProcesses(),
  ]);
  await mariadb.createDatabase(DATABASE);
  const databaseUrl = mariadb.url(DATABASE).replace('mysql:', 'mariadb:');
  const dataSource = new DataSource(dataSourceOptions({ databaseUrl }, ENTITIES));
  await dataSource.initialize();
  await dataSource.runMigrations();
  const secretKeys = KeyRing.generate();
  const keyRing = KeyRing.parse(secretKeys);
  const people = await settle({
    dataSource,
    keyRing,
    codeSeconds: CODE_SECONDS,
    smsGatewayUrl: `${sms.url}/send`,
    counts,
  });
  const env = {
    ...{ DATABASE_URL: databaseUrl, REDIS_URL: redis.url, SMTP_URL: smtp.url, SECRET_KEYS: secretKeys },
    ...{ PUBLIC_URL: 'http://localhost:3000', SMS_GATEWAY_HOSTS: '127.0.0.1', LOG_LEVEL: 'warn' },
    // People come from many addresses; the test from one.
    TRUST_PROXY: '1',
  };
  const { apis, workers } = await processes(build, env);
  const left: Record<FactorOf, Person[]> = { TOTP: [], EMAIL: [], SMS: [] };
  for (const person of people) left[person.method].push(person);
  return {
    ...{ mariadb, redis, smtp, sms, apis, workers, dataSource, people },
    next(method) {
      const person = left[method].shift();
      if (person === undefined) throw new Error(`Nobody with ${method} is left: seed more people.`);
      return person;
    },
    async stop() {
      await Promise.all([...apis, ...workers].map((each) => each.dispose()));
      await dataSource.destroy();
      await Promise.all([mariadb.stop(), redis.stop(), smtp.stop(), sms.stop()]);
      build.remove();
    },
  };
}

async function processes(build: Build, env: Record<string, string>): Promise<Pick<Installation, 'apis' | 'workers'>> {
  const api = (): Promise<ServiceProcess> => serviceProcess(join(build.dir, 'main.js'), env);
  const worker = (): Promise<ServiceProcess> => serviceProcess(join(build.dir, 'worker.js'), env);
  const apis: Installation['apis'] = [await api(), await api()];
  const workers: Installation['workers'] = [await worker(), await worker()];
  await Promise.all([...apis, ...workers].map((each) => each.start()));
  return { apis, workers };
}
