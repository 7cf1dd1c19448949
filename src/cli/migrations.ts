import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, MigrationExecutor } from 'typeorm';
import { ENTITIES } from '../entities.js';
import { sha256Hex } from '../platform/crypto/index.js';
import { dataSourceOptions, prepareDirectory, sqliteDirectory } from '../platform/database/data-source.js';
import { CommandFailure } from './command.js';

const LOCK_SECONDS = 300;
const POLLS = 50;
const POLL_MS = 200;

/** Brings the database up to date, one process at a time. @returns the names of what was run here */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const directory = sqliteDirectory(databaseUrl);
  if (directory !== null) prepareDirectory(directory);
  const dataSource = await new DataSource(dataSourceOptions({ databaseUrl }, ENTITIES)).initialize();
  try {
    return databaseUrl.startsWith('sqlite:') ? await orElsewhere(dataSource) : await underLock(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** Whether nothing is left to migrate; for what starts beside a migration and has to wait for it. */
export async function isUpToDate(databaseUrl: string): Promise<boolean> {
  const dataSource = await new DataSource(dataSourceOptions({ databaseUrl }, ENTITIES)).initialize();
  try {
    return !(await dataSource.showMigrations());
  } finally {
    await dataSource.destroy();
  }
}

/** MySQL commits at each statement that makes a table, so no transaction keeps two processes apart: a named lock does. */
async function underLock(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  // Named locks are the server's, not the database's.
  const name = `countersign-migrate-${sha256Hex(String(dataSource.options.database)).slice(0, 16)}`;
  try {
    const rows = (await runner.query('SELECT GET_LOCK(?, ?) AS got', [name, LOCK_SECONDS])) as { got: unknown }[];
    if (Number(rows[0]?.got) !== 1) throw new CommandFailure('Another process has been migrating for five minutes.');
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    const done = await executor.executePendingMigrations();
    await runner.query('SELECT RELEASE_LOCK(?)', [name]);
    return done.map((migration) => migration.name);
  } finally {
    // The lock goes with the connection, also where something failed.
    await runner.release();
  }
}

/** SQLite has one writer: where another process migrates at this moment, this one fails and waits for it to be done. */
async function orElsewhere(dataSource: DataSource): Promise<string[]> {
  try {
    return (await dataSource.runMigrations()).map(({ name }) => name);
  } catch (error) {
    for (let poll = 0; poll < POLLS; poll += 1) {
      await sleep(POLL_MS);
      if (!(await dataSource.showMigrations())) return [];
    }
    throw error;
  }
}
