import { type DataSource, QueryFailedError } from 'typeorm';

/** What this file knows of a connection, or a pool, of mysql2. */
export interface DirectConnection {
  query(text: string, params: readonly unknown[], done: (error: Error | null, result: unknown) => void): unknown;
}

/** What a statement that writes answers. */
export interface WriteResult {
  affectedRows: number;
  /** What `LAST_INSERT_ID(…)` was given in the statement. */
  insertId: number;
}

/** The pool for reads outside of a transaction; null on SQLite, which has none. */
export function poolOf(dataSource: DataSource): DirectConnection | null {
  const { pool } = dataSource.driver as { pool?: DirectConnection };
  return pool ?? null;
}

/**
 * A statement written by hand, straight to the driver: the way through a query runner asks its listeners before and
 * after, of which there are none, and captures a stack for each, which together cost as much as the statement.
 */
export function ask(connection: DirectConnection, text: string, params: readonly unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(text, params, (error, result) => {
      if (error === null) resolve(result);
      else reject(new QueryFailedError(text, [...params], error));
    });
  });
}
