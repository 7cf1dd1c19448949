import type { EntityManager, EntityTarget, ObjectLiteral, QueryRunner, Repository } from 'typeorm';
import { ask, type DirectConnection, type WriteResult } from './direct.js';

/** What a store gets: the transaction's own manager, and a place for what must wait until the commit. */
export class Tx {
  private readonly hooks: (() => void | Promise<void>)[] = [];
  private readonly last: (() => Promise<void>)[] = [];

  private written = false;

  /**
   * @param direct the transaction's own connection, or the pool outside of one; null on SQLite
   * @param single whether there is no transaction, and so room for one statement that writes
   */
  constructor(
    readonly manager: EntityManager,
    private readonly direct: DirectConnection | null = null,
    private readonly single = false,
  ) {}

  /** For the few texts that the engines do not have in common. */
  get onSqlite(): boolean {
    return this.direct === null;
  }

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
    return this.ask(this.direct, text, params) as Promise<Record<string, unknown>[]>;
  }

  /** @returns how many rows a statement written by hand has matched; only inside a transaction */
  async write(text: string, params: readonly unknown[]): Promise<number> {
    const queryRunner = this.writing();
    if (this.direct === null) return (await queryRunner.query(text, [...params], true)).affected ?? 0;
    return ((await this.ask(this.direct, text, params)) as WriteResult).affectedRows;
  }

  /**
   * Adds one to a count under a guard, and tells what the count is then: in one statement, so that nobody else's try
   * can come between. Null where the guard did not hold.
   * @param where of the guard, with its `params`
   * @param also a further assignment, of another table too where the engine can join in an update
   */
  async countUp(
    table: string,
    column: string,
    where: string,
    params: readonly unknown[],
    also?: string,
  ): Promise<number | null> {
    const others = also === undefined ? '' : `, ${also}`;
    this.writing();
    if (this.direct === null) {
      const text = `UPDATE ${table} SET ${column} = ${column} + 1${others} WHERE ${where} RETURNING ${column} AS counted`;
      const [row] = await this.rows(text, params);
      return row === undefined ? null : Number(row.counted);
    }
    const text = `UPDATE ${table} SET ${column} = LAST_INSERT_ID(${column} + 1)${others} WHERE ${where}`;
    const { affectedRows, insertId } = (await this.ask(this.direct, text, params)) as WriteResult;
    return affectedRows > 0 ? insertId : null;
  }

  private writing(): QueryRunner {
    const { queryRunner } = this.manager;
    if (queryRunner === undefined) throw new Error('Writing needs a unit of work.');
    if (this.single && this.written) throw new Error('A second statement needs a transaction.');
    this.written = true;
    return queryRunner;
  }

  /** Told to TypeORM's logger as well, so that whoever listens there hears of every statement. */
  private ask(connection: DirectConnection, text: string, params: readonly unknown[]): Promise<unknown> {
    this.manager.dataSource.logger.logQuery(text, [...params]);
    return ask(connection, text, params);
  }

  /** Runs as the transaction's last statements, and undoes it by failing. */
  beforeCommit(work: () => Promise<void>): void {
    if (this.single) throw new Error('A second statement needs a transaction.');
    this.last.push(work);
  }

  async finish(): Promise<void> {
    for (const work of this.last) await work();
  }

  async committed(): Promise<void> {
    for (const hook of this.hooks) await hook();
  }
}
