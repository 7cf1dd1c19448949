import { refuse, type Refusal } from '../shared/outcome.js';

const MAX_LENGTH = 254;
/**
 * Deliberately narrow: no quoted local parts, no comments, no address literals, and nothing that the outbox would not
 * send to. An account whose address gets no mail can neither be activated nor told of what happens to it.
 */
const ADDRESS =
  /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/**
 * The form in which addresses are kept and compared: NFKC, lower case. Two addresses that only look different would
 * otherwise be two accounts, and a mail for one would open the other (the advisories on look-alike password resets).
 */
export function normalizeEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

export function checkEmail(email: string): string | Refusal {
  const normalized = normalizeEmail(email);
  const local = normalized.slice(0, normalized.lastIndexOf('@'));
  const dotted = local.startsWith('.') || local.endsWith('.') || local.includes('..');
  if (normalized.length > MAX_LENGTH || !ADDRESS.test(normalized) || dotted) {
    return refuse('INVALID_VALUE', { message: 'This is not an e-mail address.' });
  }
  return normalized;
}
