import { createHash, randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import { hotpCode, sameCode, totpStep } from './hotp.js';
import type { OtpAlgorithm } from './hotp.js';

const seed = (bytes: number): Buffer => Buffer.alloc(bytes, '1234567890', 'ascii');
const SIX = { algorithm: 'SHA1', digits: 6 } as const;

describe('hotpCode', () => {
  const RFC4226 = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ');
  it.each(RFC4226.map((code, counter) => ({ counter, code })))(
    'gives the value of RFC 4226 appendix D for counter $counter',
    ({ counter, code }) => {
      expect(hotpCode(seed(20), counter, SIX)).toBe(code);
    },
  );

  const TIMES = [59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000];
  const RFC6238: [OtpAlgorithm, number, string][] = [
    ['SHA1', 20, '94287082 07081804 14050471 89005924 69279037 65353130'],
    ['SHA256', 32, '46119246 68084774 67062674 91819424 90698825 77737706'],
    ['SHA512', 64, '90693936 25091201 99943326 93441116 38618901 47863826'],
  ];
  it.each(RFC6238)('gives the values of RFC 6238 appendix B for %s', (algorithm, bytes, codes) => {
    const given = TIMES.map((time) =>
      hotpCode(seed(bytes), totpStep(new Date(time * 1000), 30), { algorithm, digits: 8 }),
    );
    expect(given).toEqual(codes.split(' '));
  });

  it('agrees with another library for 500 random secrets and counters, on both sides of 2^31', () => {
    const algorithms = ['SHA1', 'SHA256', 'SHA512'] as const;
    for (let i = 0; i < 500; i += 1) {
      const secret = randomBytes(randomInt(16, 65));
      const counter = randomInt(0, 2 ** randomInt(1, 48));
      const algorithm = algorithms[i % 3] ?? 'SHA1';
      const digits = i % 2 ? 6 : 8;
      const theirs = generateSync({
        secret,
        strategy: 'hotp',
        counter,
        algorithm: algorithm.toLowerCase() as 'sha1' | 'sha256' | 'sha512',
        digits,
      });
      expect({ counter, code: hotpCode(secret, counter, { algorithm, digits }) }).toEqual({ counter, code: theirs });
    }
  });

  it.each([2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 47])(
    'is right at the counter %d',
    (counter) => {
      expect(hotpCode(seed(20), counter, SIX)).toBe(generateSync({ secret: seed(20), strategy: 'hotp', counter }));
    },
  );

  it('keeps leading zeros', () => {
    const codes = Array.from({ length: 200 }, (_, counter) => hotpCode(seed(20), counter, SIX));
    expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true);
    expect(codes.some((code) => code.startsWith('0'))).toBe(true);
  });

  it('spreads its codes evenly', () => {
    const secret = createHash('sha256').update('a fixed secret, so that this test never flickers').digest();
    const counts = new Array<number>(10).fill(0);
    for (let counter = 0; counter < 20_000; counter += 1) {
      for (const digit of hotpCode(secret, counter, SIX)) counts[Number(digit)] = (counts[Number(digit)] ?? 0) + 1;
    }
    // 12 000 of each digit are expected, with a standard deviation of 104.
    for (const count of counts) expect(Math.abs(count - 12_000)).toBeLessThan(500);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses the counter %d', (counter) => {
    expect(() => hotpCode(seed(20), counter, SIX)).toThrow(new RangeError('A counter is a whole number from 0 on.'));
  });

  it('refuses an empty secret', () => {
    expect(() => hotpCode(Buffer.alloc(0), 1, SIX)).toThrow(new RangeError('An OTP secret is never empty.'));
  });
});

describe('totpStep', () => {
  it.each([
    [0, 0],
    [29_999, 0],
    [30_000, 1],
    [59_999, 1],
  ])('puts %d ms into step %d', (ms, step) => {
    expect(totpStep(new Date(ms), 30)).toBe(step);
  });

  it('knows other periods', () => {
    expect(totpStep(new Date(120_000), 60)).toBe(2);
  });
});

describe('sameCode', () => {
  it.each([
    ['060350', '060350', true],
    ['060350', '060351', false],
    ['060350', '60350', false],
    ['', '', false],
    ['060350', '', false],
    ['060350', '０６０３５０', false],
  ])('compares %j with %j: %s', (a, b, same) => {
    expect(sameCode(a, b)).toBe(same);
  });
});
