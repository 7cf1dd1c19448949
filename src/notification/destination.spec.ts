import { describe, expect, it } from '@jest/globals';
import { isMailAddress, isPhoneNumber } from './destination.js';

describe('isMailAddress', () => {
  it.each(['a@example.com', "o'neil+tag@sub.example.co.uk", 'x@localhost', 'jürgen@müller.example'])(
    'takes %s',
    (text) => {
      expect(isMailAddress(text)).toBe(true);
    },
  );

  it.each([
    '',
    'a@b.example, c@d.example',
    'a@b.example;c@d.example',
    'a@b.example\r\nBcc: c@d.example',
    'a@b.example\n',
    'A <a@b.example>',
    '"a b"@c.example',
    'a@@b.example',
    'a@-b.example',
    'a@b..example',
    'group:a@b.example;',
    `${'a'.repeat(65)}@b.example`,
    `a@${'b.'.repeat(130)}example`,
  ])('refuses %j', (text) => {
    expect(isMailAddress(text)).toBe(false);
  });
});

describe('isPhoneNumber', () => {
  it('takes E.164 and nothing else', () => {
    expect(isPhoneNumber('+31612345678')).toBe(true);
    for (const text of [
      '0612345678',
      '+0612345678',
      '+31 6 12',
      '+316123456781234567',
      '+31612345678\n',
      '+31612345678&x=1',
    ]) {
      expect(isPhoneNumber(text)).toBe(false);
    }
  });
});
