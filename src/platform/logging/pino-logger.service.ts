import type { LoggerService } from '@nestjs/common';
import { destination, type LevelWithSilent, type Logger, pino, stdTimeFunctions } from 'pino';
import type { Config } from '../config/index.js';
import { prettyLine } from './pretty.js';
import { redact } from './redact.js';
import { currentRequestId } from './request-context.js';
import { scrubText } from './scrub.js';

export interface LogSink {
  write(line: string): void;
}

type Level = Exclude<LevelWithSilent, 'silent'>;

/** What NestJS tells about its own start: dozens of lines that only help who debugs the wiring. */
const FRAMEWORK_CONTEXTS = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'GraphQLModule',
]);
/** Errors of the start itself, which the entry tells in plain lines. */
const BOOT_ERRORS = 'ExceptionHandler';

function levelFor(asked: Level, context: string | undefined): Level {
  if (context === undefined) return asked;
  return context === BOOT_ERRORS || (asked === 'info' && FRAMEWORK_CONTEXTS.has(context)) ? 'debug' : asked;
}

const STACK = /\n\s+at /;

/** Standard output, written synchronously: the last line before a crash is the one that matters. */
function standardOutput(pretty: boolean): LogSink {
  const out = destination({ fd: 1, sync: true });
  return pretty ? { write: (line) => void out.write(prettyLine(line)) } : { write: (line) => void out.write(line) };
}

/**
 * The one way to log. Serves NestJS (`app.useLogger`), so `new Logger('Context')` of @nestjs/common ends here too:
 * `log(message, facts?, error?, context?)`. Everything is redacted before pino sees it; lines carry the request's id.
 */
export class PinoLoggerService implements LoggerService {
  private readonly pino: Logger;
  private readonly withStack: boolean;

  constructor(config: Pick<Config, 'logLevel' | 'mode'>, sink?: LogSink) {
    this.withStack = config.logLevel === 'debug' || config.logLevel === 'trace';
    this.pino = pino(
      {
        level: config.logLevel,
        base: undefined,
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        // Errors arrive here reduced already; pino's own serializer would take them apart again.
        serializers: { err: (facts: unknown) => facts },
        mixin: () => {
          const requestId = currentRequestId();
          return requestId === undefined ? {} : { requestId };
        },
        mixinMergeStrategy: (line, mixed) => ({ ...mixed, ...line }),
      },
      sink ?? standardOutput(config.mode === 'embedded' && process.stdout.isTTY),
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Cheap enough to ask before facts are put together. */
  isEnabled(level: Level): boolean {
    return this.pino.isLevelEnabled(level);
  }

  private write(asked: Level, message: unknown, rest: unknown[]): void {
    const texts = rest.filter((part): part is string => typeof part === 'string' && !STACK.test(part));
    const context = texts.at(-1);
    const level = levelFor(asked, context);
    if (!this.pino.isLevelEnabled(level)) return;

    const error = [message, ...rest].find((part) => part instanceof Error);
    const facts = [message, ...rest].filter((part) => typeof part === 'object' && !(part instanceof Error));
    const line: Record<string, unknown> = {};
    for (const part of facts) Object.assign(line, redact(part, this.withStack));
    if (context !== undefined) line.context = context;
    if (error !== undefined) line.err = redact(error, this.withStack);
    const text = typeof message === 'string' ? scrubText(message) : error === undefined ? '' : 'Something failed.';
    this.pino[level](line, text);
  }
}
