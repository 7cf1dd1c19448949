import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeRecoveryCodes, parseRecoveryCode } from './recovery-code.js';

const random = { bytes: (count: number) => randomBytes(count) };

describe('makeRecoveryCodes', () => {
  it('makes ten that parse back into their parts', () => {
    const codes = makeRecoveryCodes(random);
    expect(codes).toHaveLength(10);
    for (const { code, selector, secret } of codes) {
      expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
      expect([selector.length, secret.length]).toEqual([2, 14]);
      expect(parseRecoveryCode(code)).toEqual({ selector, secret });
    }
  });

  it('uses all 80 bits of what it drew', () => {
    const [code] = makeRecoveryCodes({ bytes: () => Buffer.from('00112233445566778899', 'hex') }, 1);
    expect(code?.code).toBe('008J-4CT4-ANK7-F24S');
  });

  it('gives no two codes of a set one selector', () => {
    for (let i = 0; i < 50; i += 1) {
      const codes = makeRecoveryCodes(random, 100);
      expect(new Set(codes.map(({ selector }) => selector)).size).toBe(100);
    }
  });

  it('draws anew when a selector is taken', () => {
    const draws = [0, 0, 0, 255].map((byte) => Buffer.alloc(10, byte));
    const codes = makeRecoveryCodes({ bytes: () => draws.shift() ?? Buffer.alloc(10) }, 2);
    expect(codes.map(({ selector }) => selector)).toEqual(['00', 'ZZ']);
    expect(draws).toHaveLength(0);
    const pair = [Buffer.from('00112233445566778899', 'hex'), Buffer.alloc(10), Buffer.alloc(10, 255)];
    const [first] = makeRecoveryCodes({ bytes: () => pair.shift() ?? Buffer.alloc(10) }, 2);
    // What was drawn first keeps its place: the later one of the same selector is thrown away.
    expect(first?.code).toBe('008J-4CT4-ANK7-F24S');
  });

  it.each([0, -1, 1.5, 101])('refuses to make %d', (count) => {
    expect(() => makeRecoveryCodes(random, count)).toThrow(new RangeError('1 to 100 codes make a set.'));
  });
});

describe('parseRecoveryCode', () => {
  const parts = { selector: '01', secret: '23456789ABCDEF' };

  it.each([
    '0123-4567-89AB-CDEF',
    '0123456789abcdef',
    ' 0123 4567 89ab cdef ',
    'oi23-4567-89AB-CDEF',
    'OL23456789ABCDEF',
  ])('reads %j', (input) => {
    expect(parseRecoveryCode(input)).toEqual(parts);
  });

  it('reads sixty-four characters, and looks at nothing longer', () => {
    expect(parseRecoveryCode('0123456789ABCDEF'.padEnd(64))).toEqual(parts);
    expect(parseRecoveryCode('0123456789ABCDEF'.padEnd(65))).toBeNull();
  });

  it.each([
    ['empty', ''],
    ['blanks only', '    '],
    ['a TOTP code', '060350'],
    ['too short', '0123-4567-89AB-CDE'],
    ['too long', '0123-4567-89AB-CDEF0'],
    ['a letter that Crockford leaves out', 'U123-4567-89AB-CDEF'],
    ['a dotless i, which upper-cases to I', '0ı23-4567-89AB-CDEF'],
    ['a long s, which upper-cases to S', 'ſ123-4567-89AB-CDEF'],
    ['full-width digits', '０123-4567-89AB-CDEF'],
    ['a newline', '0123-4567-89AB-CDEF\n'],
    ['endless blanks', `0123-4567-89AB-CDEF${' '.repeat(100_000)}`],
  ])('refuses %s', (_name, input) => {
    expect(parseRecoveryCode(input)).toBeNull();
  });

  it('reads any code again in lower case and without hyphens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
        const [made] = makeRecoveryCodes({ bytes: () => Buffer.from(bytes) }, 1);
        expect(parseRecoveryCode((made?.code ?? '').toLowerCase().replaceAll('-', ''))).toEqual({
          selector: made?.selector,
          secret: made?.secret,
        });
      }),
    );
  });
});
