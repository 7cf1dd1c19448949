import { refuse, type Refusal } from '../shared/outcome.js';

const MAX_GRACE_DAYS = 365;

/** A name as it is shown: trimmed, one to 120 characters, nothing invisible in it. */
export function checkName(name: string): string | Refusal {
  const shown = name.normalize('NFKC').trim().replace(/ +/g, ' ');
  if (shown === '' || shown.length > 120 || /\p{C}/u.test(shown)) {
    return refuse('INVALID_VALUE', { message: 'A name has from 1 to 120 visible characters.' });
  }
  return shown;
}

/** What makes two names the same. */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase();

export function checkGraceDays(days: number): number | Refusal {
  if (Number.isInteger(days) && days >= 0 && days <= MAX_GRACE_DAYS) return days;
  return refuse('INVALID_VALUE', { message: `Days of grace are from 0 to ${String(MAX_GRACE_DAYS)}.` });
}
