import { describe, expect, it } from '@jest/globals';
import { isDeliverableTo, isMailAddress, isPhoneNumber } from './destination.js';

describe('isMailAddress', () => {
  it.each([
    'a@example.com',
    "o'neil+tag@sub.example.co.uk",
    'x@localhost',
    'jürgen@müller.example',
    'a@b.c',
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`,
  ])('takes %s', (text) => {
    expect(isMailAddress(text)).toBe(true);
  });

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
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(62)}`,
  ])('refuses %j', (text) => {
    expect(isMailAddress(text)).toBe(false);
  });
});

describe('isPhoneNumber', () => {
  it('takes E.164 and nothing else', () => {
    expect(isPhoneNumber('+31612345678')).toBe(true);
    for (const text of [
      '0612345678',
      'x+31612345678',
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

describe('isDeliverableTo', () => {
  it('asks an address of mail and a number of texts', () => {
    expect(isDeliverableTo('EMAIL', 'a@example.com')).toBe(true);
    expect(isDeliverableTo('EMAIL', '+31612345678')).toBe(false);
    expect(isDeliverableTo('SMS', '+31612345678')).toBe(true);
    expect(isDeliverableTo('SMS', 'a@example.com')).toBe(false);
  });
});
