import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '../shared/outcome.js';
import { checkGraceDays, checkName, nameKey } from './role.policy.js';

const told = (checked: unknown) => (isRefusal(checked) ? [checked.code, checked.message] : checked);

describe('the name of a role or group', () => {
  it.each([
    ['  Help   desk ', 'Help desk'],
    ['Ｈｅｌｐ', 'Help'],
    ['x'.repeat(120), 'x'.repeat(120)],
  ])('%j is kept as %j', (given, kept) => {
    expect(checkName(given)).toBe(kept);
  });

  it.each(['', '  ', 'x'.repeat(121), 'a\u0000b', 'a\u202eb', 'a\nb'])('%j is refused', (given) => {
    expect(told(checkName(given))).toEqual(['INVALID_VALUE', 'A name has from 1 to 120 visible characters.']);
  });

  it('two that look alike are one', () => {
    expect(nameKey('Ｈelp DESK')).toBe(nameKey('help desk'));
    expect(nameKey('help desks')).not.toBe(nameKey('help desk'));
    expect(nameKey('Straße')).not.toBe(nameKey('STRASSE'));
  });
});

describe('days of grace', () => {
  it.each([0, 1, 365])('%d are taken', (days) => {
    expect(checkGraceDays(days)).toBe(days);
  });

  it.each([-1, 366, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d are refused', (days) => {
    expect(told(checkGraceDays(days))).toEqual(['INVALID_VALUE', 'Days of grace are from 0 to 365.']);
  });
});
