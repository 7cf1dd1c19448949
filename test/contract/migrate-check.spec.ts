import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isUpToDate, migrate } from '../../src/cli/migrations.js';
import { freshDatabase } from '../support/servers.js';
import { ENGINES } from '../support/world.js';

describe.each(ENGINES)('whether the database is up to date, on %s', (engine) => {
  let url: string;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    if (engine === 'mariadb') {
      const database = await freshDatabase();
      if (database === null) throw new Error('There is no MariaDB.');
      [url, remove] = [database.url, () => database.drop()];
    } else {
      const folder = await mkdtemp(join(tmpdir(), 'countersign-check-'));
      [url, remove] = [`sqlite:${join(folder, 'x.sqlite')}`, () => rm(folder, { recursive: true })];
    }
  });
  afterAll(() => remove());

  it('is told without changing it', async () => {
    expect(await isUpToDate(url)).toBe(false);
    expect(await isUpToDate(url)).toBe(false);
    expect((await migrate(url)).length).toBeGreaterThan(0);
    expect(await isUpToDate(url)).toBe(true);
  });
});
