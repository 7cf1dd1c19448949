import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCode } from './otp-code.js';

describe('parseCode', () => {
  it('takes exactly as many ASCII digits as asked for', () => {
    expect(parseCode('060350', 6)).toBe('060350');
    expect(parseCode('00000000', 8)).toBe('00000000');
  });

  it.each([
    ['empty', ''],
    ['one blank in front', ' 60350'],
    ['a blank before six digits', ' 060350'],
    ['a blank behind', '060350 '],
    ['a blank inside', '060 350'],
    ['a newline behind', '060350\n'],
    ['a sign', '+60350'],
    ['a minus', '-60350'],
    ['a letter behind', '60350x'],
    ['too short', '06035'],
    ['too long', '0603500'],
    ['eight for six', '06035000'],
    ['full-width digits', '０６０３５０'],
    ['Arabic-Indic digits', '٠٦٠٣٥٠'],
    ['hexadecimal', '0x1f4a'],
    ['an exponent', '1e5000'],
    ['a decimal point', '06035.'],
    ['a null byte', '06035\0'],
    ['a zero-width blank', '06035\u200b0'],
    ['letters that look like digits', 'O6O35O'],
  ])('refuses %s', (_name, input) => {
    expect(parseCode(input, 6)).toBeNull();
  });

  it('refuses six digits where eight are due', () => {
    expect(parseCode('060350', 8)).toBeNull();
  });

  it('gives back what it was given, or nothing', () => {
    fc.assert(fc.property(fc.string(), (input) => [null, input].includes(parseCode(input, 6))));
  });
});
