import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '../shared/outcome.js';
import { checkDisplayName } from './display-name.policy.js';
import { checkPhone, prefixAllowed } from './phone.policy.js';

describe('phone numbers', () => {
  it.each([
    ['+31612345678', '+31612345678'],
    ['+31 6 1234 5678', '+31612345678'],
    ['+1 (415) 555-2671', '+14155552671'],
    ['  +31612345678 ', '+31612345678'],
    ['+31612345678'.padEnd(40), '+31612345678'],
  ])('take %s', (typed, kept) => {
    expect(checkPhone(typed)).toBe(kept);
  });

  it.each([
    '',
    '0612345678',
    '+31',
    '+999999999999999999',
    'call me',
    '+31612345678'.repeat(5),
    '+31612345678'.padEnd(41),
    'tel:+31612345678',
    '(+31)612345678',
  ])('refuse %j', (typed) => {
    const checked = checkPhone(typed);
    expect(isRefusal(checked) && [checked.code, checked.message]).toEqual([
      'INVALID_VALUE',
      'Give the phone number with its country code, such as +31 6 12345678.',
    ]);
  });

  it('are texted where the prefixes allow it', () => {
    expect(prefixAllowed('+31612345678', [])).toBe(true);
    expect(prefixAllowed('+31612345678', ['+49', '+31'])).toBe(true);
    expect(prefixAllowed('+18765551234', ['+31'])).toBe(false);
  });
});

describe('display names', () => {
  it.each([
    ['  Jo   de Vries ', 'Jo de Vries'],
    ["Seán O'Brien", "Seán O'Brien"],
  ])('take %j', (typed, kept) => {
    expect(checkDisplayName(typed)).toBe(kept);
  });

  it.each(['', '   ', 'a\nb', 'see https://evil.example', '<b>Jo</b>', 'x'.repeat(121), 'Jo\u202eoJ'])(
    'refuse %j',
    (typed) => {
      expect(isRefusal(checkDisplayName(typed))).toBe(true);
    },
  );
});
