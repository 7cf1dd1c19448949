import { CROCKFORD_ALPHABET, encodeBits } from './base32.js';

/** 80 bits are 16 characters. */
const CODE_BYTES = 10;
const SELECTOR_LENGTH = 2;
const MAX_CODES = 100;
const FORM = /^[0-9A-HJKMNP-TV-Z]{16}$/;
/** Far more than a code with hyphens and blanks; nothing longer is looked at. */
const INPUT_MAX = 64;

export interface RecoveryCode {
  /** What the person gets to see, once: `XXXX-XXXX-XXXX-XXXX`. */
  code: string;
  /** Kept in clear, unique in its set: a try costs one slow hash, not one for each code of the set. */
  selector: string;
  /** 14 characters, 70 bits: the part that is hashed. */
  secret: string;
}

/** @throws RangeError for a count below 1 or above 100: selectors could run out. */
export function makeRecoveryCodes(random: { bytes(count: number): Buffer }, count = 10): RecoveryCode[] {
  if (!Number.isInteger(count) || count < 1 || count > MAX_CODES) throw new RangeError('1 to 100 codes make a set.');
  const made = new Map<string, RecoveryCode>();
  while (made.size < count) {
    const text = encodeBits(random.bytes(CODE_BYTES), CROCKFORD_ALPHABET);
    const parts = split(text);
    if (!made.has(parts.selector)) made.set(parts.selector, { code: text.replace(/.{4}(?=.)/g, '$&-'), ...parts });
  }
  return [...made.values()];
}

/** Takes what people make of a code on paper: lower case, no hyphens, blanks, O for 0, I and L for 1. */
export function parseRecoveryCode(input: string): { selector: string; secret: string } | null {
  // ASCII only, and before upper-casing: "ı" would otherwise turn into "I".
  if (input.length > INPUT_MAX || !/^[A-Za-z0-9 -]+$/.test(input)) return null;
  const text = input.replace(/[ -]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  return FORM.test(text) ? split(text) : null;
}

const split = (text: string): { selector: string; secret: string } => ({
  selector: text.slice(0, SELECTOR_LENGTH),
  secret: text.slice(SELECTOR_LENGTH),
});
