import { describe, expect, it } from '@jest/globals';
import { DateTimeScalar, parseDateTime } from './date-time.scalar.js';

describe('parseDateTime', () => {
  it.each([
    ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31t09:30:00.1z', '2026-01-31T09:30:00.100Z'],
    ['2026-01-31T09:30:00.123999Z', '2026-01-31T09:30:00.123Z'],
    ['2026-01-31T00:30:00+02:00', '2026-01-30T22:30:00.000Z'],
    ['2026-01-31T23:30:00-00:45', '2026-02-01T00:15:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('%s', (text, iso) => {
    expect(parseDateTime(text)?.toISOString()).toBe(iso);
  });

  it.each([
    '2020',
    '2026-01-31',
    '2026-01-31 09:30:00Z',
    '2026-01-31T09:30Z',
    '2026-01-31T09:30:00',
    '2026-01-31T09:30:00+0200',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T23:60:00Z',
    '2016-12-31T23:59:60Z',
    '2026-01-31T09:30:00+24:00',
    '2026-01-31T09:30:00Z ',
    '2026-01-31T09:30:00Z\n',
    '+002026-01-31T09:30:00Z',
    'Sat, 31 Jan 2026 09:30:00 GMT',
    '',
  ])('refuses %p', (text) => {
    expect(parseDateTime(text)).toBeNull();
  });
});

describe('DateTimeScalar', () => {
  it('writes UTC, and only valid dates', () => {
    expect(DateTimeScalar.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    for (const value of [new Date(Number.NaN), '2026-01-31T09:30:00Z', 0, null]) {
      expect(() => DateTimeScalar.serialize(value)).toThrow(TypeError);
    }
  });
});
