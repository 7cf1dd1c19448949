import type { Command } from '../command.js';
import { commandConfig } from '../context.js';
import { migrate } from '../migrations.js';

export const migrateCommand: Command = {
  words: ['migrate'],
  positionals: [],
  summary: 'Brings the database up to date.',
  help: ['Safe to run twice and at the same time: one process migrates, the others wait for it.'],
  options: {},
  async run({ io }) {
    const names = await migrate(commandConfig().databaseUrl);
    const lines = names.length === 0 ? ['The database is up to date.'] : names.map((name) => `Migrated: ${name}`);
    await io.out(`${lines.join('\n')}\n`);
    return true;
  },
};
