import { KeyRing, SealError, Sealer } from '../../platform/crypto/index.js';
import type { Tx, UnitOfWork } from '../../platform/database/index.js';
import type { SealedColumn } from './sealed-columns.js';

const BATCH = 200;

export interface ColumnRotation {
  resealed: number;
  /** Changed by somebody else between the reading and the writing; what they wrote stands. */
  overtaken: number;
  /** Sealed by a key that is not at hand, or not where they belong. */
  unreadable: number;
}

interface Row {
  id: string;
  stored: string;
}

/**
 * Seals anew, with the first key of the ring, what other keys have sealed. The service runs on meanwhile: a batch at a
 * time, and each value only as long as it is still the one that was read.
 */
export class Rotation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sealer: Sealer,
    private readonly ring: KeyRing,
  ) {}

  async column(column: SealedColumn, progress: (sofar: ColumnRotation) => void): Promise<ColumnRotation> {
    const result: ColumnRotation = { resealed: 0, overtaken: 0, unreadable: 0 };
    let after = '';
    for (;;) {
      const rows = await this.unitOfWork.read((tx) => this.batch(tx, column, after));
      const last = rows.at(-1);
      if (last === undefined) return result;
      after = last.id;
      await this.unitOfWork.run(async (tx) => {
        for (const row of rows) result[await this.reseal(tx, column, row)] += 1;
      });
      progress(result);
    }
  }

  /** Rows with a value of another key. Those of the JSON column are few, and all are looked at. */
  private async batch(tx: Tx, { table, idColumn, column, valuesOf }: SealedColumn, after: string): Promise<Row[]> {
    const current = `v1.${this.ring.currentId}.`;
    const rows: Row[] = await tx.manager.query(
      `SELECT ${idColumn} AS id, ${column} AS stored FROM ${table}
        WHERE ${idColumn} > ? AND ${column} IS NOT NULL AND SUBSTR(${column}, 1, ${String(current.length)}) <> ?
        ORDER BY ${idColumn} LIMIT ${String(BATCH)}`,
      [after, current],
    );
    const old = rows.filter(({ stored }) => valuesOf(stored).some((value) => !value.startsWith(current)));
    // A full batch of rows without one must not look like the end.
    return old.length > 0 || rows.length < BATCH ? old : this.batch(tx, { table, idColumn, column, valuesOf } as SealedColumn, rows.at(-1)?.id ?? '');
  }

  private async reseal(tx: Tx, { entity, table, idColumn, column, valuesOf, withValues }: SealedColumn, row: Row): Promise<keyof ColumnRotation> {
    const place = { table, row: row.id, column };
    let values: string[];
    try {
      values = valuesOf(row.stored).map((value) => this.sealer.seal(this.sealer.open(value, place), place));
    } catch (error) {
      if (error instanceof SealError) return 'unreadable';
      throw error;
    }
    const { affected } = await tx.manager
      .createQueryBuilder()
      .update(entity)
      .set({ [column]: withValues(row.stored, values) })
      .where(`${idColumn} = :id AND ${column} = :stored`, { ...row })
      .execute();
    return affected === 1 ? 'resealed' : 'overtaken';
  }
}
