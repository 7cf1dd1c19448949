import { type KeyRing, SealError, type Sealer } from '../../platform/crypto/index.js';
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
  private readonly prefix: string;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sealer: Sealer,
    ring: KeyRing,
  ) {
    this.prefix = `v1.${ring.currentId}.`;
  }

  async column(column: SealedColumn, progress: (sofar: ColumnRotation) => void): Promise<ColumnRotation> {
    const result: ColumnRotation = { resealed: 0, overtaken: 0, unreadable: 0 };
    let rows: Row[] = [];
    do {
      const after = rows.at(-1)?.id ?? '';
      rows = await this.unitOfWork.read((tx) => this.batch(tx, column, after));
      const old = rows.filter(({ stored }) => column.valuesOf(stored).some((value) => !this.isCurrent(value)));
      if (old.length === 0) continue;
      await this.unitOfWork.run(async (tx) => {
        for (const row of old) result[await this.reseal(tx, column, row)] += 1;
      });
      progress(result);
    } while (rows.length === BATCH);
    return result;
  }

  private isCurrent(value: string): boolean {
    return value.startsWith(this.prefix);
  }

  /** Passes over what begins with a value of the current key; a JSON value never does, and there are few of those. */
  private batch(tx: Tx, { table, idColumn, column }: SealedColumn, after: string): Promise<Row[]> {
    return tx.manager.query(
      `SELECT ${idColumn} AS id, ${column} AS stored FROM ${table}
        WHERE ${idColumn} > ? AND ${column} IS NOT NULL AND SUBSTR(${column}, 1, ${String(this.prefix.length)}) <> ?
        ORDER BY ${idColumn} LIMIT ${String(BATCH)}`,
      [after, this.prefix],
    );
  }

  private async reseal(
    tx: Tx,
    { entity, table, idColumn, column, valuesOf, withValues }: SealedColumn,
    row: Row,
  ): Promise<keyof ColumnRotation> {
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
