import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '../../shared/outcome.js';
import { checkSuspension } from './suspension.policy.js';

const now = new Date('2031-01-01T12:00:00.000Z');
const inDays = (days: number, ms = 0): Date => new Date(now.getTime() + days * 86_400_000 + ms);

describe('checkSuspension', () => {
  it('takes the longest reason', () => {
    const reason = 'x'.repeat(500);
    expect(checkSuspension({ enabled: true, until: inDays(1), reason }, now)).toBe(reason);
  });

  it('gives the reason, trimmed', () => {
    expect(checkSuspension({ enabled: true, until: inDays(30), reason: '  Outage of the gateway ' }, now)).toBe(
      'Outage of the gateway',
    );
  });

  it.each([
    ['switched off', false, inDays(1), 'x', /switched off/],
    ['the past', true, inDays(-1), 'x', /still to come/],
    ['this very moment', true, now, 'x', /still to come/],
    ['a millisecond too long', true, inDays(30, 1), 'x', /30 days/],
    ['no reason', true, inDays(1), '   ', /500 characters/],
    ['too long a reason', true, inDays(1), 'x'.repeat(501), /500 characters/],
  ])('refuses %s', (_name, enabled, until, reason, words) => {
    const outcome = checkSuspension({ enabled, until, reason }, now);
    expect(isRefusal(outcome) && outcome.code).toBe('INVALID_VALUE');
    expect(isRefusal(outcome) && outcome.message).toMatch(words);
  });
});
