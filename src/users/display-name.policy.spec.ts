import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '../shared/outcome.js';
import { checkDisplayName } from './display-name.policy.js';

describe('a display name', () => {
  it.each([
    ['  Ann   Other ', 'Ann Other'],
    ['José', 'José'],
    ['a', 'a'],
    ['x'.repeat(120), 'x'.repeat(120)],
    ['O’Neill / Smith: “A & B”', 'O’Neill / Smith: “A & B”'],
  ])('%j is kept as %j', (given, kept) => {
    expect(checkDisplayName(given)).toBe(kept);
  });

  it.each([
    '',
    '   ',
    'x'.repeat(121),
    'Ann\r\nBcc: thief@example.com',
    'Ann\u0000',
    'Ann\u202eREHTO',
    'Ann\u200b',
    'see http://evil.example',
    '<b>Ann</b>',
    'a > b',
    'a < b',
  ])('%j is refused, and why is said', (given) => {
    const checked = checkDisplayName(given);
    expect(isRefusal(checked) && [checked.code, checked.message]).toEqual([
      'INVALID_VALUE',
      'A name has from 1 to 120 visible characters and no web address.',
    ]);
  });
});
