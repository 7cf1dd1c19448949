import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Tx } from './tx.js';

/**
 * The columns of an entity in a statement written by hand. The query builder makes its text anew for each call, which
 * costs more than the database does; the paths that every request takes read this way instead.
 */
export interface FlatColumns<T> {
  /** For the SELECT list, each under a name of its own. */
  readonly select: string;
  /** The entity in a row, or null where an outer join found none. */
  read(row: Readonly<Record<string, unknown>>): T | null;
}

const kept = new WeakMap<DataSource, Map<string, FlatColumns<ObjectLiteral>>>();

/** @param alias of the table in the statement; the same for one entity throughout, since what is made is kept */
export function columnsOf<T extends ObjectLiteral>(
  tx: Tx,
  entity: EntityTarget<T> & { readonly name: string },
  alias: string,
): FlatColumns<T> {
  const { dataSource } = tx.manager;
  let all = kept.get(dataSource);
  if (all === undefined) kept.set(dataSource, (all = new Map<string, FlatColumns<ObjectLiteral>>()));
  const key = `${entity.name} ${alias}`;
  let columns = all.get(key);
  if (columns === undefined) all.set(key, (columns = make(dataSource, entity, alias)));
  return columns as FlatColumns<T>;
}

function make<T extends ObjectLiteral>(source: DataSource, entity: EntityTarget<T>, alias: string): FlatColumns<T> {
  const metadata = source.getMetadata(entity);
  const [primary] = metadata.primaryColumns;
  if (primary === undefined) throw new Error('An entity has no key.');
  const nameOf = ({ databaseName }: ColumnMetadata): string => `${alias}_${databaseName}`;
  const columns = metadata.columns.map((column) => ({ column, name: nameOf(column), property: column.propertyName }));
  return {
    select: metadata.columns
      .map((column) => `${alias}.${source.driver.escape(column.databaseName)} AS ${nameOf(column)}`)
      .join(', '),
    read(row) {
      if (row[nameOf(primary)] === null) return null;
      const found = metadata.create() as Record<string, unknown>;
      for (const { column, name, property } of columns) {
        found[property] = source.driver.prepareHydratedValue(row[name], column);
      }
      return found as unknown as T;
    },
  };
}

/** A placeholder for each value, as a list in a statement written by hand. */
export const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

interface FlatInsert {
  readonly head: string;
  readonly oneRow: string;
  readonly values: (row: Readonly<Record<string, unknown>>) => unknown[];
}

const inserts = new WeakMap<DataSource, Map<string, FlatInsert>>();

/** Whole rows, in one statement: every column is named, so what a row does not hold is null and not a default. */
export async function insertRows<T extends ObjectLiteral>(
  tx: Tx,
  entity: EntityTarget<T> & { readonly name: string },
  rows: readonly T[],
): Promise<void> {
  if (rows.length === 0) return;
  const { dataSource } = tx.manager;
  let all = inserts.get(dataSource);
  if (all === undefined) inserts.set(dataSource, (all = new Map<string, FlatInsert>()));
  let insert = all.get(entity.name);
  if (insert === undefined) all.set(entity.name, (insert = makeInsert(dataSource, entity)));
  const { head, oneRow, values } = insert;
  await tx.write(`${head}${rows.map(() => oneRow).join(', ')}`, rows.flatMap(values));
}

function makeInsert<T extends ObjectLiteral>(source: DataSource, entity: EntityTarget<T>): FlatInsert {
  const { columns, tableName } = source.getMetadata(entity);
  const names = columns.map(({ databaseName }) => source.driver.escape(databaseName)).join(', ');
  return {
    head: `INSERT INTO ${source.driver.escape(tableName)} (${names}) VALUES `,
    oneRow: `(${marks(columns)})`,
    values: (row) =>
      columns.map(
        (column) => source.driver.preparePersistentValue(row[column.propertyName] ?? null, column) as unknown,
      ),
  };
}

/** An instant as a parameter of a statement written by hand, in the form in which either engine keeps it. */
export const instantParam = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '');

/** An instant out of one: MySQL gives a date, SQLite its text. */
export const instantFrom = (value: unknown): Date =>
  value instanceof Date ? value : new Date(`${String(value).replace(' ', 'T')}Z`);
