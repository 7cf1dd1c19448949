import type { QueryRunner, TableColumnOptions } from 'typeorm';

/** A column before the engine is known: booleans are spelled differently by SQLite and MySQL. */
export type ColumnKind = (runner: QueryRunner) => TableColumnOptions;

interface Flags {
  nullable?: boolean;
  primary?: boolean;
}

const flags = ({ nullable, primary }: Flags): Pick<TableColumnOptions, 'isNullable' | 'isPrimary'> => ({
  isNullable: nullable === true,
  isPrimary: primary === true,
});

export const text =
  (name: string, length: number, options: Flags = {}): ColumnKind =>
  () => ({ name, type: 'varchar', length: String(length), ...flags(options) });

export const id = (name: string, options: Flags = {}): ColumnKind => text(name, 36, options);
export const word = (name: string, options: Flags = {}): ColumnKind => text(name, 32, options);

export const longText =
  (name: string, options: Flags = {}): ColumnKind =>
  () => ({ name, type: 'text', ...flags(options) });

export const json = longText;

export const count =
  (name: string, options: Flags = {}): ColumnKind =>
  (runner) => ({ name, type: runner.dataSource.driver.normalizeType({ type: 'integer' }), ...flags(options) });

export const flag =
  (name: string, options: Flags = {}): ColumnKind =>
  (runner) => ({ name, type: runner.dataSource.driver.normalizeType({ type: 'boolean' }), ...flags(options) });

/** A UTC instant with milliseconds. */
export const instant =
  (name: string, options: Flags = {}): ColumnKind =>
  () => ({ name, type: 'datetime', precision: 3, ...flags(options) });
