/** Pauses after the first, second, … failed try; the last one holds for all that follow. Seconds. */
const PAUSES = [2, 8, 30, 120, 600] as const;
const LONGEST = 600;
export const MAX_ATTEMPTS = 6;
/** A try this much earlier or later than planned keeps a thousand messages from knocking all at once. */
const JITTER = 0.2;

export type NextStep = { status: 'QUEUED'; dueAt: Date } | { status: 'FAILED' } | { status: 'EXPIRED' };

/** How long to wait after `attempts` failed tries, in milliseconds. `chance` is from 0 up to 1. */
export function pauseMs(attempts: number, chance: number): number {
  const seconds = PAUSES[Math.max(attempts, 1) - 1] ?? LONGEST;
  return Math.round(seconds * 1_000 * (1 - JITTER + 2 * JITTER * chance));
}

/**
 * What becomes of a message after a failure that may pass. One that would expire before its next try is EXPIRED at
 * once, so that the person learns while they still wait that no code will come.
 */
export function afterFailure(
  message: { attempts: number; expiresAt: Date | null },
  now: Date,
  chance: number,
): NextStep {
  if (message.attempts >= MAX_ATTEMPTS) return { status: 'FAILED' };
  const dueAt = new Date(now.getTime() + pauseMs(message.attempts, chance));
  if (message.expiresAt && message.expiresAt <= dueAt) return { status: 'EXPIRED' };
  return { status: 'QUEUED', dueAt };
}
