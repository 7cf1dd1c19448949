import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { ask, type DirectConnection, poolOf } from './direct.js';
import { Replica } from './replica.js';
import { Tx } from './tx.js';
import { busyWhenUnreachable } from './unreachable.js';

/** Who waits longer than this for another's change is told SERVICE_BUSY; the engine's own limit is fifty. */
const LOCK_WAIT_SECONDS = 4;

/**
 * The only way to write. TypeORM's SQLite driver has one connection that all callers share, so two transactions at
 * once would run into each other (and reads would see what is not committed yet): there everything goes first in,
 * first out. MySQL and MariaDB have a pool and READ COMMITTED, and guarded updates decide the races.
 */
@Injectable()
export class UnitOfWork {
  private readonly inside = new AsyncLocalStorage<true>();
  /** Whether all of this process share one connection, as on SQLite. */
  readonly oneAtATime: boolean;
  private readonly prepared = new WeakSet<object>();
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Optional() @Inject(Replica) private readonly replica?: Replica,
  ) {
    this.oneAtATime = dataSource.options.type === 'better-sqlite3';
  }

  /** Runs `work` in a transaction; throws if there is one around it already. */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.refuseNesting();
    const { tx, result } = await this.inTurn(() =>
      this.inside.run(true, () =>
        this.inTransaction(async (inner) => {
          const value = await work(inner);
          await inner.finish();
          return { tx: inner, result: value };
        }),
      ),
    );
    await tx.committed();
    return result;
  }

  /**
   * For one statement that stands by itself, and so needs no transaction around it: of five questions to the database
   * it saves two. A second one throws.
   */
  async single<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.refuseNesting();
    return this.inTurn(() =>
      this.inside.run(true, async () => {
        const runner = this.dataSource.createQueryRunner();
        try {
          const direct = this.oneAtATime ? null : await this.prepare(runner);
          return await work(new Tx(runner.manager, direct, true));
        } finally {
          await runner.release();
        }
      }),
    );
  }

  /** Reads without a transaction. Never sees what another unit of work has not committed. */
  async read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.refuseNesting();
    return this.inTurn(() =>
      this.inside.run(true, () => work(new Tx(this.dataSource.manager, poolOf(this.dataSource)))),
    );
  }

  /**
   * As `read`, of the replica where there is one. For pages and reports alone, which may be a little old: never for what
   * decides, and never for what is read before a write.
   */
  async readAside<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.replica?.exists !== true) return this.read(work);
    this.refuseNesting();
    return this.replica.read(
      (tx) => this.inside.run(true, () => work(tx)),
      () => this.read(work),
    );
  }

  private async inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const direct = this.oneAtATime ? null : await this.prepare(runner);
      await begin(runner, direct);
      const value = await work(new Tx(runner.manager, direct));
      await commit(runner, direct);
      return value;
    } catch (error) {
      // Where the connection is gone there is nothing to roll back, and it is the first error that says why.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** Once for each connection of the pool; said at each transaction, it would be one question in ten to the database. */
  private async prepare(runner: QueryRunner): Promise<DirectConnection> {
    const connection = (await runner.connect()) as DirectConnection;
    if (this.prepared.has(connection)) return connection;
    await runner.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await runner.query(`SET SESSION innodb_lock_wait_timeout = ${String(LOCK_WAIT_SECONDS)}`);
    this.prepared.add(connection);
    return connection;
  }

  private refuseNesting(): void {
    if (this.inside.getStore()) throw new Error('A unit of work was opened inside another one.');
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (!this.oneAtATime) return busyWhenUnreachable(work);
    const turn = this.tail.then(() => busyWhenUnreachable(work));
    this.tail = turn.catch(() => undefined);
    return turn;
  }
}

async function begin(runner: QueryRunner, direct: DirectConnection | null): Promise<void> {
  if (direct === null) return runner.startTransaction('SERIALIZABLE');
  await ask(direct, 'START TRANSACTION', []);
  mark(runner, true);
}

async function commit(runner: QueryRunner, direct: DirectConnection | null): Promise<void> {
  if (direct === null) return runner.commitTransaction();
  await ask(direct, 'COMMIT', []);
  mark(runner, false);
}

/** So that what TypeORM itself writes inside joins in, and a rollback knows that there is something to undo. */
const mark = (runner: { isTransactionActive: boolean }, active: boolean): void => {
  runner.isTransactionActive = active;
};
