import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type EntityTarget, type ObjectLiteral, type Repository } from 'typeorm';
import { busyWhenUnreachable } from './unreachable.js';

/** What a store gets: the transaction's own manager, and a place for what must wait until the commit. */
export class Tx {
  private readonly hooks: (() => void | Promise<void>)[] = [];

  constructor(readonly manager: EntityManager) {}

  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return this.manager.getRepository(entity);
  }

  /** Runs after the commit, in order; not at all after a rollback. A failing hook undoes nothing. */
  afterCommit(hook: () => void | Promise<void>): void {
    this.hooks.push(hook);
  }

  async committed(): Promise<void> {
    for (const hook of this.hooks) await hook();
  }
}

/**
 * The only way to write. TypeORM's SQLite driver has one connection that all callers share, so two transactions at
 * once would run into each other (and reads would see what is not committed yet): there everything goes first in,
 * first out. MySQL and MariaDB have a pool and READ COMMITTED, and guarded updates decide the races.
 */
@Injectable()
export class UnitOfWork {
  private readonly inside = new AsyncLocalStorage<true>();
  private readonly oneAtATime: boolean;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.oneAtATime = dataSource.options.type === 'better-sqlite3';
  }

  /** Runs `work` in a transaction; throws if there is one around it already. */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.refuseNesting();
    const { tx, result } = await this.inTurn(() =>
      this.inside.run(true, () =>
        this.dataSource.transaction(this.oneAtATime ? 'SERIALIZABLE' : 'READ COMMITTED', async (manager) => {
          const inner = new Tx(manager);
          return { tx: inner, result: await work(inner) };
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
