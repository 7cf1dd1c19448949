import { refuse, type Refusal } from '../../shared/outcome.js';

const DAY_MS = 24 * 3600 * 1000;
const LONGEST_DAYS = 30;
const REASON_LONGEST = 500;

const invalid = (message: string): Refusal => refuse('INVALID_VALUE', { message });

/** A suspension ends by itself, is short, and says why: it must not become a quiet way of switching off. */
export function checkSuspension(
  { enabled, until, reason }: { enabled: boolean; until: Date; reason: string },
  now: Date,
): string | Refusal {
  if (!enabled) return invalid('Two-factor authentication is switched off, so there is nothing to suspend.');
  if (until <= now) return invalid('A suspension ends at a time still to come.');
  if (until.getTime() - now.getTime() > LONGEST_DAYS * DAY_MS) {
    return invalid(`A suspension lasts at most ${String(LONGEST_DAYS)} days.`);
  }
  const told = reason.trim();
  if (told === '' || told.length > REASON_LONGEST) {
    return invalid(`Give a reason of at most ${String(REASON_LONGEST)} characters.`);
  }
  return told;
}
