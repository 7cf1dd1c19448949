import { parseArgs } from 'node:util';
import { ApiError } from '../shared/api-error.js';
import { ConfigError } from '../platform/config/index.js';
import { isUnreachable } from '../platform/database/index.js';
import { errorFacts } from '../platform/logging/index.js';
import { type Command, CommandFailure, EXIT, type Io, type OptionValues, UsageError } from './command.js';
import { commandHelp, usageOf } from './help.js';

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/** The longest first: `audit` alone is no command, and `audit export` is not `audit`. */
function find(commands: readonly Command[], args: readonly string[]): Command | undefined {
  return commands
    .filter(({ words }) => words.every((word, index) => args[index] === word))
    .sort((a, b) => b.words.length - a.words.length)[0];
}

function parse(command: Command, args: readonly string[]): { options: OptionValues; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...command.options, ...HELP },
      allowPositionals: true,
      strict: true,
    });
    return { options: values, positionals };
  } catch (error) {
    // The library's own words: "Unknown option '--x'." and the like, without the help on how to escape it.
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(`${sentence.replace(/\.$/, '')}.`);
  }
}

async function run(commands: readonly Command[], args: readonly string[], io: Io): Promise<number> {
  const [first] = args;
  if (first === undefined || ['help', '--help', '-h'].includes(first)) {
    await io.out(usageOf(commands));
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  const command = find(commands, args);
  if (command === undefined) throw new UsageError(`There is no such command. See countersign --help.`);
  const { options, positionals } = parse(command, args.slice(command.words.length));
  if (options.help === true) {
    await io.out(commandHelp(command));
    return EXIT.ok;
  }
  const missing = command.positionals[positionals.length];
  if (missing !== undefined) throw new UsageError(`<${missing}> is missing.`);
  if (positionals.length > command.positionals.length) throw new UsageError('There are too many arguments.');
  return (await command.run({ options, positionals, io })) ? EXIT.ok : EXIT.failed;
}

/** @returns the exit code: 0 where all is well, 1 where something failed, 2 where the command was not understood */
export async function main(commands: readonly Command[], args: readonly string[], io: Io): Promise<number> {
  try {
    return await run(commands, args, io);
  } catch (error) {
    io.err(`${sentenceOf(error)}\n`);
    const command = find(commands, args);
    if (error instanceof UsageError && command) io.err(`See countersign ${command.words.join(' ')} --help.\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof UsageError || error instanceof CommandFailure || error instanceof ConfigError)
    return error.message;
  if (isUnreachable(error) || (error instanceof ApiError && error.code === 'SERVICE_BUSY')) {
    return 'The database cannot be reached, or is busy.';
  }
  if (error instanceof ApiError) return error.message;
  // Drivers quote rows in their messages, and this may end up in somebody's log.
  if (error instanceof Error) return `Failed: ${errorFacts(error, false).message}`;
  return 'Failed.';
}
