import { serviceBusy } from '../../shared/api-error.js';

/** Driver codes that mean "the database cannot be reached or cannot take this now", not "this statement is wrong". */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'POOL_CLOSED',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CONNECTION_KILLED',
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_BUSY',
]);

const DEADLOCK = 'ER_LOCK_DEADLOCK';
const TRIES = 5;

/** Thrown inside a unit of work that finds a row changed since it read it: undone, and decided anew. */
export class ChangedMeanwhile extends Error {}

interface DriverError {
  code?: unknown;
  message?: unknown;
  driverError?: { code?: unknown };
}

/** By shape and not by class: a driver's errors may be of another realm, whose `Error` is not ours. */
const shapeOf = (error: unknown): DriverError => (typeof error === 'object' && error !== null ? error : {});

export function driverCode(error: unknown): string | null {
  const { code, driverError } = shapeOf(error);
  const found = driverError?.code ?? code;
  return typeof found === 'string' ? found : null;
}

export function isUnreachable(error: unknown): boolean {
  const code = driverCode(error);
  if (code !== null && UNREACHABLE.has(code)) return true;
  const { message } = shapeOf(error);
  return typeof message === 'string' && /Pool is closed|closed state|Queue limit reached|read-only mode/.test(message);
}

/** MySQL and MariaDB report a duplicate key as ER_DUP_ENTRY, SQLite as SQLITE_CONSTRAINT_UNIQUE or _PRIMARYKEY. */
export function isDuplicateKey(error: unknown): boolean {
  const code = driverCode(error);
  return code === 'ER_DUP_ENTRY' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

/**
 * A transaction that was rolled back to break a deadlock, or because a row had changed meanwhile, did nothing, so it is
 * run again. A database that cannot be reached becomes SERVICE_BUSY: it must never look like "nothing found".
 */
export async function busyWhenUnreachable<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const lostRace = driverCode(error) === DEADLOCK || error instanceof ChangedMeanwhile;
      if (lostRace && attempt < TRIES) continue;
      if (lostRace || isUnreachable(error)) throw serviceBusy(2);
      throw error;
    }
  }
}
