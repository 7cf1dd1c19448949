/** At most `max` messages in any `seconds`, by user and by destination (NIST SP 800-63B-4 §3.1.3.2). */
export const SEND_WINDOWS = [
  { max: 1, seconds: 30 },
  { max: 3, seconds: 600 },
  { max: 5, seconds: 3600 },
] as const;

const LONGEST_MS = Math.max(...SEND_WINDOWS.map((window) => window.seconds)) * 1000;

export type SendVerdict =
  /** `stamps` is to be kept for the next question; `resendAt` is the earliest time of the next send after this one. */
  { ok: true; stamps: number[]; resendAt: number } | { ok: false; retryAt: number };

/**
 * Sliding windows: a fixed one would let twice as many through at its border.
 * @param stamps times of earlier sends, all times in milliseconds since 1970.
 */
export function maySend(stamps: readonly number[], nowMs: number): SendVerdict {
  // Stamps from the future, after a clock stepped back, stay and count: the limiter errs on the safe side.
  const recent = stamps.filter((stamp) => stamp > nowMs - LONGEST_MS).sort((a, b) => a - b);
  const free = freeAt(recent);
  if (free > nowMs) return { ok: false, retryAt: free };
  const kept = [...recent, nowMs].sort((a, b) => a - b);
  return { ok: true, stamps: kept, resendAt: freeAt(kept) };
}

/** When every window has room for one more. */
function freeAt(sorted: readonly number[]): number {
  const times = SEND_WINDOWS.map(({ max, seconds }) => {
    const oldestInTheWay = sorted[sorted.length - max];
    return oldestInTheWay === undefined ? 0 : oldestInTheWay + seconds * 1000;
  });
  return Math.max(...times);
}
