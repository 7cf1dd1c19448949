/** Wrong codes that one ticket takes. */
export const TICKET_TRIES = 5;
/** Failures in a row, over all tickets, methods and doors, after which the account's factors rest. */
export const LOCK_EVERY = 10;
/** Failures in a row after which the factor is disabled until it is enrolled anew (NIST SP 800-63B-4 §3.2.2). */
export const DISABLE_AT = 100;

const FIRST_LOCK_SECONDS = 15 * 60;
const LONGEST_LOCK_SECONDS = 24 * 60 * 60;

/**
 * How long to lock after the failure that made the count `tries`: 15 min at 10, twice that at 20, and so on up to 24 h
 * (RFC 4226 §7.3); 0 for a failure that locks nothing.
 */
export function lockSeconds(tries: number): number {
  if (tries < LOCK_EVERY || tries % LOCK_EVERY !== 0) return 0;
  return Math.min(FIRST_LOCK_SECONDS * 2 ** (tries / LOCK_EVERY - 1), LONGEST_LOCK_SECONDS);
}
