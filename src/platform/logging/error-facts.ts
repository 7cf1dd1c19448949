import { scrubForeignText } from './scrub.js';

export interface ErrorFacts {
  type: string;
  message: string;
  errorCode?: string;
  stack?: string;
  cause?: ErrorFacts;
}

const CAUSES_MAX = 3;
const SAFE_CODE = /^[\w.-]{1,64}$/;

interface DriverShaped {
  code?: unknown;
  errno?: unknown;
  sql?: unknown;
  sqlMessage?: unknown;
  query?: unknown;
  parameters?: unknown;
  driverError?: unknown;
}

/** Database drivers quote rows in their messages ("Duplicate entry 'jo@example.com' …") and TypeORM adds parameters. */
function isDatabaseError(error: Error & DriverShaped): boolean {
  return (
    error.driverError !== undefined ||
    error.sqlMessage !== undefined ||
    error.sql !== undefined ||
    (error.query !== undefined && error.parameters !== undefined) ||
    error.name === 'QueryFailedError' ||
    error.name === 'SqliteError'
  );
}

function codeOf(error: Error & DriverShaped): string | undefined {
  const driver = error.driverError instanceof Error ? (error.driverError as DriverShaped).code : undefined;
  const code = driver ?? error.code;
  return typeof code === 'string' && SAFE_CODE.test(code) ? code : undefined;
}

/** The frames alone: the first lines of a stack repeat the message. */
function frames(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

/**
 * What of an error may be logged: its type, a scrubbed message, its code, and the stack's frames where asked for.
 * Never its other properties: they hold SQL parameters, request bodies and whole sockets.
 */
export function errorFacts(error: Error, withStack: boolean, depth = 0): ErrorFacts {
  const code = codeOf(error);
  const facts: ErrorFacts = {
    type: error.constructor.name || error.name,
    message: isDatabaseError(error)
      ? `The database refused a statement (${code ?? 'no code'}).`
      : scrubForeignText(error.message),
  };
  if (code !== undefined) facts.errorCode = code;
  const stack = withStack ? frames(error.stack) : undefined;
  if (stack) facts.stack = stack;
  if (error.cause instanceof Error && depth < CAUSES_MAX) facts.cause = errorFacts(error.cause, withStack, depth + 1);
  return facts;
}
