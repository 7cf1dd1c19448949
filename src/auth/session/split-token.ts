import { constantTimeEqual, type Random, sha256Hex } from '../../platform/crypto/index.js';

const SELECTOR_BYTES = 16;
const FORM = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

/**
 * A long-lived token in two halves: a selector that finds the row, and 256 random bits that prove it. A known selector
 * with another second half is an older value shown again, and so a theft.
 */
export interface SplitToken {
  token: string;
  selector: string;
  hash: string;
}

export function newSplitToken(random: Random, selector = random.token(SELECTOR_BYTES)): SplitToken {
  const secret = random.token();
  return { token: `${selector}.${secret}`, selector, hash: sha256Hex(secret) };
}

export function parseSplitToken(token: string): { selector: string; secret: string } | null {
  const [, selector, secret] = FORM.exec(token) ?? [];
  return selector === undefined || secret === undefined ? null : { selector, secret };
}

export const provesHash = (secret: string, hash: string): boolean => constantTimeEqual(sha256Hex(secret), hash);
