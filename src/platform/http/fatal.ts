import { type Config, ConfigError } from '../config/index.js';
import { type PinoLoggerService, scrubForeignText } from '../logging/index.js';

const CAUSES_MAX = 3;

/** Node gives a failed connection to several addresses an empty message and the reasons in a list. */
function sentence(error: Error): string {
  if (error.message !== '') return error.message;
  const parts = error instanceof AggregateError ? error.errors : [];
  const texts = parts.map((part: unknown) => (part instanceof Error ? part.message : String(part)));
  return texts.length > 0 ? [...new Set(texts)].join('; ') : error.name;
}

/**
 * Why the process cannot start, for the person at the terminal: what is wrong and what to do, no stack.
 * @param withStack where LOG_LEVEL asks for debugging
 */
export function fatalLines(error: unknown, withStack: boolean): string {
  if (error instanceof ConfigError) return `${error.message}\n`;
  if (!(error instanceof Error)) return `Countersign could not start: ${scrubForeignText(String(error))}\n`;
  const lines = [`Countersign could not start: ${scrubForeignText(sentence(error))}`];
  let cause = error.cause;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth += 1) {
    lines.push(`  because: ${scrubForeignText(sentence(cause))}`);
    cause = cause.cause;
  }
  if (withStack) lines.push(...(error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)));
  return `${lines.join('\n')}\n`;
}

/** The parts of `process` that are used, so that a test can stand in. */
export interface FatalProcess {
  stderr: { write(text: string): unknown };
  exit(code: number): unknown;
}

/**
 * Reads the configuration and runs the start of an entry. What either throws is told in plain lines, with the stack
 * only where LOG_LEVEL asks for debugging, and the process ends with code 1.
 */
export async function startOrExit(
  load: () => Config,
  start: (config: Config) => Promise<void>,
  host: FatalProcess = process,
): Promise<void> {
  let debugging = false;
  try {
    const config = load();
    debugging = config.logLevel === 'debug' || config.logLevel === 'trace';
    await start(config);
  } catch (error) {
    host.stderr.write(fatalLines(error, debugging));
    host.exit(1);
  }
}

/** After a bug that nothing caught, the state of the process is unknown: it says so and ends, and is started anew. */
export function exitOnBugs(
  logger: Pick<PinoLoggerService, 'fatal'>,
  host: Pick<NodeJS.Process, 'on' | 'exit'> = process,
): void {
  const die = (reason: string) => (error: unknown) => {
    logger.fatal(reason, error instanceof Error ? error : new Error(String(error)), 'Process');
    host.exit(1);
  };
  host.on('uncaughtException', die('An exception was not caught.'));
  host.on('unhandledRejection', die('A promise was rejected, and nobody looked.'));
}
