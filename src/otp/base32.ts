/** RFC 4648 §6. */
export const RFC4648_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Crockford's, without I, L, O and U: made to be read aloud and typed. */
export const CROCKFORD_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Five bits for each character, the last ones filled with zeros, no padding. */
export function encodeBits(bytes: Buffer, alphabet: string): string {
  let text = '';
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((pending >> bits) & 31);
    }
    pending &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet.charAt((pending << (5 - bits)) & 31) : text;
}

/** Base32 of RFC 4648 without padding, as the apps want it. */
export const base32 = (secret: Buffer): string => encodeBits(secret, RFC4648_ALPHABET);

/**
 * Takes lower case, blanks between groups and padding, since token makers' lists have them; null for all else. Spare
 * bits at the end are dropped, as the apps drop them: many secrets are 26 random characters.
 */
export function fromBase32(text: string): Buffer | null {
  const compact = text.replaceAll(' ', '').replace(/=+$/, '');
  if (!/^[A-Za-z2-7]+$/.test(compact) || [1, 3, 6].includes(compact.length % 8)) return null;
  const bytes: number[] = [];
  let pending = 0;
  let bits = 0;
  for (const character of compact.toUpperCase()) {
    pending = (pending << 5) | RFC4648_ALPHABET.indexOf(character);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push(pending >> bits);
      pending &= (1 << bits) - 1;
    }
  }
  return Buffer.from(bytes);
}
