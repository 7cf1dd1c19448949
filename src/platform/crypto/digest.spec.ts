import { describe, expect, it } from '@jest/globals';
import { constantTimeEqual, sha256Hex } from './digest.js';

it('sha256Hex gives the value of FIPS 180-2 appendix B.1', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

describe('constantTimeEqual', () => {
  it.each([
    ['abc', 'abc', true],
    ['', '', true],
    ['abc', 'abd', false],
    ['abc', 'ab', false],
    ['abc', 'ABC', false],
    ['é', 'e\u0301', false],
  ])('%j and %j: %s', (a, b, equal) => {
    expect(constantTimeEqual(a, b)).toBe(equal);
  });
});
