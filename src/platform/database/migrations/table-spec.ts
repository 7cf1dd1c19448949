import { type QueryRunner, Table } from 'typeorm';
import type { ColumnKind } from './column-kinds.js';

export interface TableSpec {
  name: string;
  columns: ColumnKind[];
  indices: { name: string; columns: string[]; unique?: boolean }[];
}

/**
 * On MySQL and MariaDB the usual collations hold `josé@` and `jose@` for one address, which has let strangers take
 * accounts over elsewhere: everything here compares byte by byte, and lower-cases where it means to.
 */
export async function useBinaryCollation(runner: QueryRunner): Promise<void> {
  if (runner.dataSource.options.type === 'better-sqlite3') return;
  const database = await runner.getCurrentDatabase();
  if (database === undefined) throw new Error('DATABASE_URL names no database.');
  await runner.query(`ALTER DATABASE \`${database.replaceAll('`', '``')}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
}

export async function createTables(runner: QueryRunner, tables: TableSpec[]): Promise<void> {
  for (const { name, columns, indices } of tables) {
    await runner.createTable(
      new Table({
        name,
        columns: columns.map((column) => column(runner)),
        indices: indices.map((index) => ({
          name: index.name,
          columnNames: index.columns,
          isUnique: index.unique === true,
        })),
      }),
    );
  }
}

export async function dropTables(runner: QueryRunner, tables: TableSpec[]): Promise<void> {
  for (const { name } of [...tables].reverse()) await runner.dropTable(name);
}
