import { isCommonPassword } from './common-passwords.js';

export const PASSWORD_MAX = 256;
export const PASSWORD_MIN = 15;
/** A second factor stands behind the password (NIST SP 800-63B-4 §3.1.1.2). */
export const PASSWORD_MIN_WITH_SECOND_FACTOR = 8;

/** Shorter words ("an", "li") stand in too many good passwords by chance. */
const RELATED_WORD_MIN = 3;
/** What has to be left of a password beside related words: more than a year or a "123!" behind one's name. */
const OWN_PART_MIN = 5;

const SENTENCES = {
  tooLong: `A password may have ${PASSWORD_MAX} characters at most.`,
  tooShort: (min: number) => `A password needs at least ${min} characters.`,
  common: 'This password is among those that attackers try first. Please choose another.',
  related: 'This password is made from your name, your e-mail address or the name of this service.',
};

export interface PasswordFacts {
  hasSecondFactor: boolean;
  /** E-mail address, its local part, display name, issuer. */
  related: readonly string[];
}

/**
 * The form in which a password is checked and hashed: two keyboards may send "é" as one code point or as two.
 * Apply it before every hash and every verification.
 */
export const normalizePassword = (password: string): string => password.normalize('NFKC');

/**
 * No composition rules (NIST SP 800-63B-4 §3.1.1.2): length, and not what an attacker guesses first.
 * @returns null for a password that will do, or else a sentence for the person.
 */
export function checkPassword(password: string, { hasSecondFactor, related }: PasswordFacts): string | null {
  // Before normalization, which makes up to 18 code points of one: no work for megabytes.
  if (password.length > PASSWORD_MAX * 4) return SENTENCES.tooLong;
  const normalized = normalizePassword(password);
  const length = [...normalized].length;
  const min = hasSecondFactor ? PASSWORD_MIN_WITH_SECOND_FACTOR : PASSWORD_MIN;
  if (length > PASSWORD_MAX) return SENTENCES.tooLong;
  if (length < min) return SENTENCES.tooShort(min);
  const lowerCased = normalized.toLowerCase();
  const plain = lettersAndDigits(lowerCased);
  const isCommon = isGuessable(lowerCased) || (plain.length >= PASSWORD_MIN_WITH_SECOND_FACTOR && isGuessable(plain));
  if (isCommon) return SENTENCES.common;
  if (isMadeFrom(related, lowerCased)) return SENTENCES.related;
  return null;
}

/** A common password, also one that is merely written several times over to reach the length. */
function isGuessable(lowerCased: string): boolean {
  const unit = repeatedUnit(lowerCased);
  return isCommonPassword(lowerCased) || (unit !== lowerCased && ([...unit].length <= 3 || isCommonPassword(unit)));
}

/** The shortest text whose repetition is the whole: "abab" gives "ab", "abc" gives "abc". */
function repeatedUnit(text: string): string {
  const period = (text + text).indexOf(text, 1);
  return text.slice(0, period);
}

function isMadeFrom(related: readonly string[], lowerCased: string): boolean {
  const words = related.flatMap((phrase) => {
    const lower = normalizePassword(phrase).toLowerCase();
    return [lower, lettersAndDigits(lower), ...lower.split(/[^\p{L}\p{N}]+/u)];
  });
  // The longest first, or "ann" would leave the "a" of "anna" behind.
  const known = [...new Set(words)]
    .filter((word) => [...word].length >= RELATED_WORD_MIN)
    .sort((a, b) => b.length - a.length);
  const own = known.reduce((rest, word) => rest.replaceAll(word, ''), lowerCased);
  return own !== lowerCased && [...lettersAndDigits(own)].length < OWN_PART_MIN;
}

const lettersAndDigits = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');
