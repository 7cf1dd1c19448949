import type { Command } from './command.js';

const lines = (parts: readonly string[]): string => `${parts.join('\n')}\n`;

export function usageOf(commands: readonly Command[]): string {
  const calls = commands.map((command) => callOf(command));
  const width = Math.max(...calls.map(({ length }) => length));
  return lines([
    'Usage: countersign <command> [options]',
    '',
    ...commands.map(({ summary }, index) => `  ${(calls[index] ?? '').padEnd(width)}  ${summary}`),
    '',
    'countersign <command> --help tells more. The environment is read as the service reads it: DATABASE_URL, DATA_DIR,',
    'SECRET_KEYS and the others. Exit codes: 0 done, 1 failed, 2 not understood.',
  ]);
}

const callOf = ({ words, positionals }: Command): string =>
  [...words, ...positionals.map((name) => `<${name}>`)].join(' ');

export function commandHelp(command: Command): string {
  const options = Object.keys(command.options).length > 0 ? ' [options]' : '';
  return lines([`Usage: countersign ${callOf(command)}${options}`, '', command.summary, '', ...command.help]);
}
