import type { AuditFacts } from './audit-record.js';

export interface AuditFact {
  name: string;
  value: string;
}

export const FACT_LENGTH = 500;
/** Together with the length: what fits a text column of 64 kB, however many bytes each character takes. */
export const MAX_FACTS = 24;

/** These betray a secret wherever they stand in a name … */
const SECRET_PART = /secret|token|passw|passphrase|credential|cookie|bearer|jwt|otpauth|apikey|code/;
/** … and these only as a word of their own: "monkey" and "linked" are harmless. */
const SECRET_WORDS = new Set(
  ['key', 'link', 'uri', 'url', 'otp', 'pin', 'seed', 'hash', 'qr', 'ticket', 'jws', 'signature'].flatMap((word) => [
    word,
    `${word}s`,
  ]),
);

/**
 * Control characters would let a value forge lines of an export, direction marks let it read as something else, and
 * half a surrogate pair is not text to every database.
 */
const UNFIT = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu;

/** One line of at most `length` UTF-16 units. */
export const cleanText = (text: string, length: number): string => text.slice(0, length).replace(UNFIT, '');

/** Whether nobody should put the value of such a name into a record that is read and exported by others. */
export function looksSecret(name: string): boolean {
  if (SECRET_PART.test(name.toLowerCase().replace(/[^a-z]/g, ''))) return true;
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.split(/[^a-z]+/).some((word) => SECRET_WORDS.has(word));
}

/** @throws Error for a name that looks like a secret, or for too many facts: both are bugs of the caller. */
export function factsOf(facts: AuditFacts = {}): AuditFact[] {
  const result: AuditFact[] = [];
  for (const [name, value] of Object.entries(facts)) {
    // A yes or no gives nothing away, whatever it is about.
    if (typeof value !== 'boolean' && looksSecret(name)) {
      throw new Error(`The audit takes no fact named "${name}": the name is that of a secret.`);
    }
    if (value === undefined) continue;
    result.push({ name, value: value === null ? 'none' : cleanText(String(value), FACT_LENGTH) });
  }
  if (result.length > MAX_FACTS) throw new Error(`The audit takes at most ${MAX_FACTS} facts with an event.`);
  return result;
}
