import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '../../shared/outcome.js';
import { checkSuspension } from './suspension.policy.js';

const now = new Date('2031-01-01T12:00:00.000Z');
const inDays = (days: number, ms = 0): Date => new Date(now.getTime() + days * 86_400_000 + ms);

describe('checkSuspension', () => {
  it('gives the reason, trimmed', () => {
    expect(checkSuspension({ enabled: true, until: inDays(30), reason: '  Outage of the gateway ' }, now)).toBe(
      'Outage of the gateway',
    );
  });

  it.each([
    ['switched off', false, inDays(1), 'x'],
    ['the past', true, inDays(-1), 'x'],
    ['this very moment', true, now, 'x'],
    ['a millisecond too long', true, inDays(30, 1), 'x'],
    ['no reason', true, inDays(1), '   '],
    ['too long a reason', true, inDays(1), 'x'.repeat(501)],
  ])('refuses %s', (_name, enabled, until, reason) => {
    const outcome = checkSuspension({ enabled, until, reason }, now);
    expect(isRefusal(outcome) && outcome.code).toBe('INVALID_VALUE');
  });
});
