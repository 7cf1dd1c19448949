import type { EntityManager, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { ask, type DirectConnection, type WriteResult } from './direct.js';

/** What a store gets: the transaction's own manager, and a place for what must wait until the commit. */
export class Tx {
  private readonly hooks: (() => void | Promise<void>)[] = [];
  private readonly last: (() => Promise<void>)[] = [];

  /** @param direct the transaction's own connection, or the pool outside of one; null on SQLite */
  constructor(
    readonly manager: EntityManager,
    private readonly direct: DirectConnection | null = null,
  ) {}

  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return this.manager.getRepository(entity);
  }

  /** Runs after the commit, in order; not at all after a rollback. A failing hook undoes nothing. */
  afterCommit(hook: () => void | Promise<void>): void {
    this.hooks.push(hook);
  }

  /** The rows that a statement written by hand finds. */
  rows(text: string, params: readonly unknown[]): Promise<Record<string, unknown>[]> {
    if (this.direct === null) return this.manager.query(text, [...params]);
    return ask(this.direct, text, params) as Promise<Record<string, unknown>[]>;
  }

  /** @returns how many rows a statement written by hand has matched; only inside a transaction */
  async write(text: string, params: readonly unknown[]): Promise<number> {
    const { queryRunner } = this.manager;
    if (queryRunner === undefined) throw new Error('Writing needs a unit of work.');
    if (this.direct === null) return (await queryRunner.query(text, [...params], true)).affected ?? 0;
    return ((await ask(this.direct, text, params)) as WriteResult).affectedRows;
  }

  /**
   * Adds one to a count under a guard, and tells what the count is then: in one statement, so that nobody else's try
   * can come between. Null where the guard did not hold.
   * @param where of the guard, with its `params`
   */
  async countUp(table: string, column: string, where: string, params: readonly unknown[]): Promise<number | null> {
    if (this.manager.queryRunner === undefined) throw new Error('Writing needs a unit of work.');
    if (this.direct === null) {
      const text = `UPDATE ${table} SET ${column} = ${column} + 1 WHERE ${where} RETURNING ${column} AS counted`;
      const [row] = await this.rows(text, params);
      return row === undefined ? null : Number(row.counted);
    }
    const text = `UPDATE ${table} SET ${column} = LAST_INSERT_ID(${column} + 1) WHERE ${where}`;
    const { affectedRows, insertId } = (await ask(this.direct, text, params)) as WriteResult;
    return affectedRows === 1 ? insertId : null;
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
