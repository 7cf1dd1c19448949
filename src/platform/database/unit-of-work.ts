import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable } from '@nestjs/common';
import {
  DataSource,
  type EntityManager,
  type EntityTarget,
  type ObjectLiteral,
  type QueryRunner,
  type Repository,
} from 'typeorm';
import { busyWhenUnreachable } from './unreachable.js';

/** What a store gets: the transaction's own manager, and a place for what must wait until the commit. */
export class Tx {
  private readonly hooks: (() => void | Promise<void>)[] = [];
  private readonly last: (() => Promise<void>)[] = [];

  constructor(readonly manager: EntityManager) {}

  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return this.manager.getRepository(entity);
  }

  /** Runs after the commit, in order; not at all after a rollback. A failing hook undoes nothing. */
  afterCommit(hook: () => void | Promise<void>): void {
    this.hooks.push(hook);
  }

  /** The rows that a statement written by hand finds. */
  rows(text: string, params: readonly unknown[]): Promise<Record<string, unknown>[]> {
    return this.manager.query(text, [...params]);
  }

  /** @returns how many rows a statement written by hand has matched; only inside a transaction */
  async write(text: string, params: readonly unknown[]): Promise<number> {
    const { queryRunner } = this.manager;
    if (queryRunner === undefined) throw new Error('Writing needs a unit of work.');
    return (await queryRunner.query(text, [...params], true)).affected ?? 0;
  }

  /** Runs as the transaction's last statements, and undoes it by failing. */
  beforeCommit(work: () => Promise<void>): void {
    this.last.push(work);
  }

  async finish(): Promise<void> {
    for (const work of this.last) await work();
  }

  async committed(): Promise<void> {
    for (const hook of this.hooks) await hook();
  }
}

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
  private readonly oneAtATime: boolean;
  private readonly prepared = new WeakSet<object>();
  private tail: Promise<unknown> = Promise.resolve();

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.oneAtATime = dataSource.options.type === 'better-sqlite3';
  }

  /** Runs `work` in a transaction; throws if there is one around it already. */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.refuseNesting();
    const { tx, result } = await this.inTurn(() =>
      this.inside.run(true, () =>
        this.inTransaction(async (manager) => {
          const inner = new Tx(manager);
          const value = await work(inner);
          await inner.finish();
          return { tx: inner, result: value };
        }),
      ),
    );
    await tx.committed();
    return result;
  }

  /** Reads without a transaction. Never sees what another unit of work has not committed. */
  async read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.refuseNesting();
    return this.inTurn(() => this.inside.run(true, () => work(new Tx(this.dataSource.manager))));
  }

  private async inTransaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      if (!this.oneAtATime) await this.prepare(runner);
      await runner.startTransaction(this.oneAtATime ? 'SERIALIZABLE' : undefined);
      const value = await work(runner.manager);
      await runner.commitTransaction();
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
  private async prepare(runner: QueryRunner): Promise<void> {
    const connection = (await runner.connect()) as object;
    if (this.prepared.has(connection)) return;
    await runner.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await runner.query(`SET SESSION innodb_lock_wait_timeout = ${String(LOCK_WAIT_SECONDS)}`);
    this.prepared.add(connection);
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
