import type { Tx } from '../../platform/database/index.js';
import { SEALED_COLUMNS } from './sealed-columns.js';

export interface KeyUse {
  sealed: number;
  audit: number;
}

const KEY_OF_SEALED = /^v1\.([^.]+)\./;
const BATCH = 5_000;

/** By key id: how many values it seals, and how many rows of the audit it vouches for. */
export async function keyUse(read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>): Promise<Map<string, KeyUse>> {
  const uses = new Map<string, KeyUse>();
  const add = (id: string, what: keyof KeyUse, count: number): void => {
    const use = uses.get(id) ?? { sealed: 0, audit: 0 };
    use[what] += count;
    uses.set(id, use);
  };
  for (const { table, idColumn, column, valuesOf } of SEALED_COLUMNS) {
    let after = '';
    for (;;) {
      const from = after;
      const rows: { id: string; stored: string }[] = await read((tx) =>
        tx.manager.query(
          `SELECT ${idColumn} AS id, ${column} AS stored FROM ${table}
            WHERE ${idColumn} > ? AND ${column} IS NOT NULL ORDER BY ${idColumn} LIMIT ${String(BATCH)}`,
          [from],
        ),
      );
      for (const value of rows.flatMap(({ stored }) => valuesOf(stored))) {
        add(KEY_OF_SEALED.exec(value)?.[1] ?? 'unknown', 'sealed', 1);
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < BATCH) break;
      after = last.id;
    }
  }
  for (const [table, column] of [
    ['audit_events', 'macKeyId'],
    ['audit_heads', 'headKeyId'],
  ]) {
    const rows: { id: string; count: number | string }[] = await read((tx) =>
      tx.manager.query(
        `SELECT ${column} AS id, COUNT(*) AS count FROM ${table} WHERE ${column} IS NOT NULL GROUP BY ${column}`,
      ),
    );
    for (const { id, count } of rows) add(id, 'audit', Number(count));
  }
  return uses;
}
