import { hotpCode, sameCode, totpStep } from './hotp.js';
import type { HotpOptions } from './hotp.js';

/** How far off a phone's clock may be, in steps, for its owner to be told so. Farther away is simply wrong. */
export const DRIFT_STEPS = 10;

export interface TotpTry extends HotpOptions {
  secret: Buffer;
  /** As `parseCode` gave it. */
  code: string;
  now: Date;
  /** The last step that was accepted for this factor, at whichever door; null before the first. */
  lastStep: number | null;
  /** Seconds. */
  period: number;
  /** Steps on either side that are accepted (RFC 6238 §5.2). */
  window?: number;
}

export type TotpVerdict =
  | { kind: 'match'; step: number }
  /** Right, but used up: it, or a later one, was accepted before. */
  | { kind: 'spent' }
  /** Would be right at another time. Positive when the phone is ahead. It is a failure all the same. */
  | { kind: 'drift'; seconds: number; steps: number }
  | { kind: 'wrong' };

/** Pure: the caller still has to consume the step by a guarded write, so that of two simultaneous tries one wins. */
export function matchTotp(attempt: TotpTry): TotpVerdict {
  const { secret, code, now, period, window = 1 } = attempt;
  const lastStep = attempt.lastStep ?? -1;
  const current = totpStep(now, period);
  const matching: number[] = [];
  // Every step is computed and compared, whatever matched before: the time taken says nothing about the position.
  const reach = Math.max(DRIFT_STEPS, window);
  for (let offset = -reach; offset <= reach; offset += 1) {
    const step = Math.max(0, current + offset);
    if (sameCode(hotpCode(secret, step, attempt), code)) matching.push(step);
  }
  const accepted = matching.filter((step) => Math.abs(step - current) <= window);
  const fresh = accepted.filter((step) => step > lastStep);
  // Where two steps happen to share a code the later one is taken, so that the code is spent for both.
  if (fresh.length > 0) return { kind: 'match', step: Math.max(...fresh) };
  if (accepted.length > 0) return { kind: 'spent' };
  return drifted(
    matching.filter((step) => step > lastStep).map((step) => step - current),
    period,
  );
}

function drifted(offsets: number[], period: number): TotpVerdict {
  const [steps] = offsets.sort((a, b) => Math.abs(a) - Math.abs(b));
  return steps === undefined ? { kind: 'wrong' } : { kind: 'drift', steps, seconds: steps * period };
}
