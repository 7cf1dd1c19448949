import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AuditChainStore } from '../../src/audit/audit-chain.store.js';
import { AuditChain } from '../../src/audit/audit-chain.js';
import { AuditStore } from '../../src/audit/audit.store.js';
import {
  AuditEventEntity,
  AuditExporter,
  type AuditRecord,
  AuditSealer,
  AuditService,
  AuditVerifier,
} from '../../src/audit/index.js';
import { ENTITIES } from '../../src/entities.js';
import { Clock, KeyRing, Mac, Random } from '../../src/platform/crypto/index.js';
import { dataSourceOptions, UnitOfWork } from '../../src/platform/database/index.js';
import { freshDatabase } from '../support/servers.js';

class TestClock extends Clock {
  at = new Date('2031-05-06T07:08:09.123Z');
  override now(): Date {
    return new Date(this.at);
  }
}

// The sealer complains of what these tests do to its tables.
Logger.overrideLogger(false);

export const random = new Random();
export const ring = KeyRing.parse(KeyRing.generate());
export const clock = new TestClock();

/** Everything that one process has, on its own connection and with its own keys. */
export function processOn(dataSource: DataSource, unitOfWork = new UnitOfWork(dataSource), keys = ring) {
  const chain = new AuditChain(new Mac(keys), keys);
  const store = new AuditChainStore();
  return {
    dataSource,
    unitOfWork,
    chain,
    store,
    audit: new AuditService(new AuditStore(), chain, clock, random),
    sealer: new AuditSealer(unitOfWork, store, chain, clock),
    verifier: new AuditVerifier(unitOfWork, store, chain),
    exporter: new AuditExporter(unitOfWork, store, clock, keys),
  };
}
export type Process = ReturnType<typeof processOn>;

async function connect(databaseUrl: string): Promise<DataSource> {
  return new DataSource(dataSourceOptions({ databaseUrl }, ENTITIES)).initialize();
}

type Work = (one: Process, two: Process) => Promise<void>;
export type Engine = 'SQLite' | 'MariaDB';

/** Two processes; on SQLite they are one, since its file belongs to one process. Null where there is no MariaDB. */
async function start(engine: Engine, cleanups: (() => Promise<unknown>)[]): Promise<[Process, Process] | null> {
  if (engine === 'SQLite') {
    const directory = await mkdtemp(join(tmpdir(), 'countersign-audit-'));
    cleanups.push(() => rm(directory, { recursive: true }));
    const one = await connect(`sqlite:${join(directory, 'audit.sqlite')}`);
    cleanups.unshift(() => one.destroy());
    await one.runMigrations();
    const first = processOn(one);
    return [first, processOn(one, first.unitOfWork)];
  }
  const database = await freshDatabase();
  if (database === null) return null;
  cleanups.push(() => database.drop());
  const sources = [await connect(database.url), await connect(database.url)] as const;
  for (const source of sources) cleanups.unshift(() => source.destroy());
  await sources[0].runMigrations();
  return [processOn(sources[0]), processOn(sources[1])];
}

/** `define` gets what to use in place of `it`: its tests are handed two processes on one migrated database. */
export function onEachEngine(
  name: string,
  define: (test: (name: string, work: Work) => void, engine: Engine) => void,
): void {
  describe.each(['SQLite', 'MariaDB'] as const)(`${name} on %s`, (engine) => {
    let processes: [Process, Process] | null = null;
    const cleanups: (() => Promise<unknown>)[] = [];
    beforeAll(async () => {
      processes = await start(engine, cleanups);
    });
    afterAll(async () => {
      for (const cleanup of cleanups) await cleanup();
    });
    const test = (testName: string, work: Work): void => {
      it(testName, async () => {
        if (processes !== null) await work(...processes);
      });
    };
    define(test, engine);
  });
}

export const newId = (): string => random.id(clock.now());
export async function organization(one: Process): Promise<string> {
  const id = newId();
  await sql(
    one,
    "INSERT INTO organizations (id, name, version, createdAt) VALUES (?, ?, 1, '2031-01-01 00:00:00.000')",
    [id, id],
  );
  return id;
}
export const record = (one: Process, ...events: AuditRecord[]): Promise<void> =>
  one.unitOfWork.run((tx) => one.audit.recordMany(tx, events));
export const sql = (one: Process, statement: string, values: unknown[] = []): Promise<unknown> =>
  one.dataSource.query(statement, values);

export const sample = (organizationId: string, i: number): AuditRecord => ({
  organizationId,
  key: i % 2 === 0 ? 'second-factor.verified' : 'second-factor.refused',
  actor: { userId: 'u-actor', email: 'ann@example.org' },
  subject: { id: 'u-subject', email: 'zoë@example.org' },
  origin: { ip: '192.0.2.7', userAgent: 'Browser "1", 😀' },
  facts: { method: 'TOTP', number: i, quote: `it's "q" \\ ü 😀` },
});

/** Ten sealed events; `ids[3]` is at place 3. */
export async function sealedTen(one: Process): Promise<{ organizationId: string; ids: string[] }> {
  const organizationId = await organization(one);
  await record(one, ...Array.from({ length: 10 }, (_, i) => sample(organizationId, i)));
  await one.sealer.sealPending();
  const rows = await one.dataSource
    .getRepository(AuditEventEntity)
    .find({ where: { organizationId }, order: { position: 'ASC' } });
  expect(rows.map((row) => row.position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  return { organizationId, ids: ['', ...rows.map((row) => row.id)] };
}

/** Wherever one of the hands below reached into the tables, `verify` must say where first. */
export const found = async (
  one: Process,
  organizationId: string,
  firstBrokenEventId: string | null,
  problem: RegExp,
) => {
  const verdict = await one.verifier.verify(organizationId);
  expect(verdict).toMatchObject({ intact: false, firstBrokenEventId, problem: expect.stringMatching(problem) });
  // Nor does time heal it.
  await record(one, sample(organizationId, 99));
  await one.sealer.sealPending();
  expect(await one.verifier.verify(organizationId)).toMatchObject({ intact: false, firstBrokenEventId });
};
