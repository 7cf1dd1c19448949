import { afterAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../../src/entities.js';
import { dataSourceOptions } from '../../src/platform/database/index.js';
import { freshDatabase } from '../support/servers.js';
import { ENGINES } from '../support/world.js';

describe.each(ENGINES)('migrations on %s', (engine) => {
  const drops: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const drop of drops) await drop();
  });

  async function connect(): Promise<DataSource> {
    const database = engine === 'mariadb' ? await freshDatabase() : null;
    if (database !== null) drops.push(() => database.drop());
    // The type `mariadb` compares defaults as MariaDB states them; the application itself does not care.
    const databaseUrl = database === null ? 'sqlite::memory:' : database.url.replace('mysql://', 'mariadb://');
    const source = new DataSource(dataSourceOptions({ databaseUrl }, ENTITIES));
    return source.initialize();
  }

  it('make of an empty database exactly what the entities say: the schema builder has nothing to add', async () => {
    const source = await connect();
    await source.runMigrations();
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    await source.destroy();
  });

  it('can be undone and made again', async () => {
    const source = await connect();
    await source.runMigrations();
    await source.undoLastMigration();
    expect(await source.runMigrations()).toHaveLength(1);
    await source.destroy();
  });

  it('hold two addresses apart that differ by an accent or by case alone', async () => {
    const source = await connect();
    await source.runMigrations();
    const insert = (email: string): Promise<unknown> =>
      source.query(
        `INSERT INTO password_throttles (throttleKey, tries, windowEndsAt) VALUES ('${email}', 1, '2026-01-01 00:00:00.000')`,
      );
    await insert('jose@example.com');
    await insert('josé@example.com');
    await insert('Jose@example.com');
    await expect(insert('jose@example.com')).rejects.toThrow();
    await source.destroy();
  });
});
