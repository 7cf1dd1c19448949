import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AuditEventEntity } from '../../src/audit/index.js';
import { ENTITIES } from '../../src/entities.js';
import { OrganizationEntity } from '../../src/organizations/index.js';
import {
  dataSourceOptions,
  insertRows,
  isDuplicateKey,
  type Tx,
  UnitOfWork,
} from '../../src/platform/database/index.js';
import { ApiError } from '../../src/shared/api-error.js';
import { startMariadb } from '../support/mariadb.js';
import { freshDatabase } from '../support/servers.js';
import { ENGINES } from '../support/world.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(ENGINES)('the unit of work on %s', (engine) => {
  let source: DataSource;
  let unitOfWork: UnitOfWork;
  let drop: (() => Promise<void>) | null = null;

  beforeAll(async () => {
    const database = engine === 'mariadb' ? await freshDatabase() : null;
    drop = database === null ? null : () => database.drop();
    const databaseUrl = database?.url ?? 'sqlite::memory:';
    source = await new DataSource(dataSourceOptions({ databaseUrl }, ENTITIES)).initialize();
    await source.runMigrations();
    unitOfWork = new UnitOfWork(source);
  });
  afterAll(async () => {
    await source.destroy();
    await drop?.();
  });

  let made = 0;
  async function insert(tx: Tx, name: string): Promise<string> {
    made += 1;
    const id = `id-${String(made)}`;
    await tx.manager.insert(OrganizationEntity, { id, name, version: 1, createdAt: new Date(0) });
    return id;
  }
  const names = async (): Promise<string[]> =>
    (await unitOfWork.read((tx) => tx.repository(OrganizationEntity).find())).map(({ name }) => name);

  it('keeps what one committed when another, begun in between, rolls back', async () => {
    // The interleaving that loses a committed row where two transactions share TypeORM's one SQLite connection.
    const kept = unitOfWork.run(async (tx) => {
      await insert(tx, 'kept');
      await pause(30);
    });
    const undone = unitOfWork
      .run(async (tx) => {
        await insert(tx, 'undone');
        await pause(5);
        throw new Error('on purpose');
      })
      .catch(() => 'rolled back');
    await Promise.all([kept, undone]);
    expect(await names()).toContain('kept');
    expect(await names()).not.toContain('undone');
  });

  it('shows no read what is not committed', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const writing = unitOfWork
      .run(async (tx) => {
        await insert(tx, 'never there');
        await held;
        throw new Error('on purpose');
      })
      .catch(() => undefined);
    const reading = names();
    await pause(20);
    release();
    await writing;
    expect(await reading).not.toContain('never there');
  });

  it('refuses to be opened inside itself, by writing or by reading', async () => {
    await expect(unitOfWork.run(() => unitOfWork.run(async () => 1))).rejects.toThrow('inside another');
    await expect(unitOfWork.run(() => unitOfWork.read(async () => 1))).rejects.toThrow('inside another');
    await expect(unitOfWork.read(() => unitOfWork.run(async () => 1))).rejects.toThrow('inside another');
  });

  it('runs what waits for the commit after it, and never after a rollback', async () => {
    const seen: string[] = [];
    await unitOfWork.run(async (tx) => {
      tx.afterCommit(async () => {
        seen.push(`there: ${String((await names()).includes('with hook'))}`);
      });
      await insert(tx, 'with hook');
    });
    await unitOfWork
      .run(async (tx) => {
        tx.afterCommit(() => void seen.push('never'));
        await insert(tx, 'without');
        throw new Error('on purpose');
      })
      .catch(() => undefined);
    expect(seen).toEqual(['there: true']);
  });

  it('lets fifty at once raise a guarded counter exactly to its limit', async () => {
    const id = await unitOfWork.run((tx) => insert(tx, 'counter'));
    const raise = (): Promise<number> =>
      unitOfWork.run(async (tx) => {
        const { affected } = await tx.manager
          .createQueryBuilder()
          .update(OrganizationEntity)
          .set({ version: () => 'version + 1' })
          .where('id = :id AND version < 6', { id })
          .execute();
        return affected ?? 0;
      });
    const outcomes = await Promise.all(Array.from({ length: 50 }, raise));
    expect(outcomes.reduce((sum, each) => sum + each, 0)).toBe(5);
  });

  it('counts up to a limit in one statement, and tells each of fifty at once its own number', async () => {
    const id = await unitOfWork.run((tx) => insert(tx, 'counted'));
    const raise = (): Promise<number | null> =>
      unitOfWork.run((tx) => tx.countUp('organizations', 'version', 'id = ? AND version < ?', [id, 6]));
    const outcomes = await Promise.all(Array.from({ length: 50 }, raise));
    expect(outcomes.filter((each) => each !== null).sort()).toEqual([2, 3, 4, 5, 6]);
  });

  it('writes whole rows that are read back as they were, null and all', async () => {
    const row: AuditEventEntity = {
      ...{ id: 'whole', organizationId: 'o', at: new Date('2026-03-01T10:20:30.456Z'), eventKey: 'user.created' },
      ...{ actorId: null, actorEmail: null, subjectId: 's', subjectEmail: "o'neill@example.com", ip: '::1' },
      ...{
        userAgent: 'x\\y "z" \u{1f600}',
        facts: [{ name: 'kind', value: 'MEMBER' }],
        position: null,
        mac: 'ab',
        macKeyId: 'k1',
      },
    };
    await unitOfWork.run((tx) => insertRows(tx, AuditEventEntity, [row, { ...row, id: 'other' }]));
    const find = (id: string) => unitOfWork.read((tx) => tx.repository(AuditEventEntity).findOneByOrFail({ id }));
    expect(await find('whole')).toEqual(Object.assign(new AuditEventEntity(), row));
    expect((await find('other')).subjectEmail).toBe("o'neill@example.com");
    const twice = unitOfWork.run((tx) => insertRows(tx, AuditEventEntity, [row]));
    expect(isDuplicateKey(await twice.catch((error: unknown) => error))).toBe(true);
  });

  it('lets a single statement stand without a transaction, and refuses a second', async () => {
    const id = await unitOfWork.run((tx) => insert(tx, 'single'));
    const rename = (tx: Tx, name: string) => tx.write('UPDATE organizations SET name = ? WHERE id = ?', [name, id]);
    expect(await unitOfWork.single((tx) => rename(tx, 'alone'))).toBe(1);
    expect(await names()).toContain('alone');
    const two = unitOfWork.single(async (tx) => [await rename(tx, 'first'), await rename(tx, 'second')]);
    await expect(two).rejects.toThrow('needs a transaction');
    const audited = unitOfWork.single(async (tx) => tx.beforeCommit(() => Promise.resolve()));
    await expect(audited).rejects.toThrow('needs a transaction');
    await expect(unitOfWork.read((tx) => rename(tx, 'by a read'))).rejects.toThrow('needs a unit of work');
    expect(await names()).not.toContain('by a read');
  });

  it('undoes what was written by hand and by TypeORM alike', async () => {
    const id = await unitOfWork.run((tx) => insert(tx, 'both ways'));
    const failed = unitOfWork.run(async (tx) => {
      await tx.write('UPDATE organizations SET version = 9 WHERE id = ?', [id]);
      await tx.repository(OrganizationEntity).save({ id, name: 'saved' });
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow('on purpose');
    const { name, version } = await unitOfWork.read((tx) => tx.repository(OrganizationEntity).findOneByOrFail({ id }));
    expect({ name, version }).toEqual({ name: 'both ways', version: 1 });
  });

  it('goes on after a failed one', async () => {
    await unitOfWork.run(() => Promise.reject(new Error('on purpose'))).catch(() => undefined);
    expect(await unitOfWork.run(async () => 'fine')).toBe('fine');
  });
});

describe('a database that is gone', () => {
  it('is SERVICE_BUSY, soon, and never "nothing found"; and it comes back by itself', async () => {
    const server = await startMariadb();
    if (server === null) return;
    await server.createDatabase('gone');
    const source = await new DataSource(dataSourceOptions({ databaseUrl: server.url('gone') }, ENTITIES)).initialize();
    await source.runMigrations();
    const unitOfWork = new UnitOfWork(source);
    const find = (): Promise<unknown> => unitOfWork.read((tx) => tx.repository(OrganizationEntity).find());
    await find();
    await server.kill();
    const began = Date.now();
    const error = await find().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).code).toBe('SERVICE_BUSY');
    expect(Date.now() - began).toBeLessThan(4_000);
    await server.restart();
    let back: unknown = null;
    for (let attempt = 0; attempt < 50 && !Array.isArray(back); attempt += 1) {
      back = await find().catch(() => null);
      if (back === null) await pause(100);
    }
    expect(back).toEqual([]);
    await source.destroy();
    await server.stop();
  });
});
