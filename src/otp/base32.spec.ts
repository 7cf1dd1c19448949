import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { base32, CROCKFORD_ALPHABET, encodeBits, fromBase32, RFC4648_ALPHABET } from './base32.js';

const VECTORS = [
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
] as const;

describe('base32', () => {
  it.each(VECTORS)('encodes %j as RFC 4648 §10 does, without padding', (plain, encoded) => {
    expect(base32(Buffer.from(plain))).toBe(encoded);
  });

  it.each(VECTORS)('decodes to %j', (plain, encoded) => {
    expect(fromBase32(encoded)?.toString()).toBe(plain);
  });

  it('knows both alphabets: of the standard, and the one made to be read aloud', () => {
    const everyFive = Buffer.from('00443214c74254b635cf84653a56d7c675be77df', 'hex');
    expect(encodeBits(everyFive, RFC4648_ALPHABET)).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
    expect(encodeBits(everyFive, CROCKFORD_ALPHABET)).toBe('0123456789ABCDEFGHJKMNPQRSTVWXYZ');
  });

  it('takes any bytes there and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (bytes) => {
        expect(fromBase32(base32(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('takes lower case, blanks, padding and spare bits', () => {
    expect(fromBase32('mzxw 6ytb oi======')?.toString()).toBe('foobar');
    expect(fromBase32('MZ')?.toString()).toBe('f');
  });

  it.each(['', '=', ' ', 'M', 'MZX', 'MZXW6Y', 'MZXW1', 'MZ-XQ', 'MZXQ\n', 'ＭＹ', 'M=Y'])('refuses %j', (text) => {
    expect(fromBase32(text)).toBeNull();
  });
});
