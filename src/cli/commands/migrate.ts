import type { Command } from '../command.js';
import { commandConfig } from '../context.js';
import { isUpToDate, migrate } from '../migrations.js';

export const migrateCommand: Command = {
  words: ['migrate'],
  positionals: [],
  summary: 'Brings the database up to date.',
  help: [
    '  --check   changes nothing, and ends with 1 where the database is not up to date',
    '',
    'Safe to run twice and at the same time: one process migrates, the others wait for it.',
  ],
  options: { check: { type: 'boolean' } },
  async run({ io, options }) {
    if (options.check === true) {
      const upToDate = await isUpToDate(commandConfig().databaseUrl);
      await io.out(upToDate ? 'The database is up to date.\n' : 'The database is not up to date.\n');
      return upToDate;
    }
    const names = await migrate(commandConfig().databaseUrl);
    const lines = names.length === 0 ? ['The database is up to date.'] : names.map((name) => `Migrated: ${name}`);
    await io.out(`${lines.join('\n')}\n`);
    return true;
  },
};
