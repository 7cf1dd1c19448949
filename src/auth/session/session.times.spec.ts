import { describe, expect, it } from '@jest/globals';
import * as times from './session.times.js';

const AT = new Date('2026-03-02T09:00:00.000Z');

describe('the times of a session', () => {
  it('are those of the table of promises', () => {
    expect(times.ACCESS_SECONDS).toBe(10 * 60);
    expect(times.IDLE_SECONDS).toBe(60 * 60);
    expect(times.SESSION_SECONDS).toBe(24 * 60 * 60);
    expect(times.REMEMBERED_SECONDS).toBe(30 * 24 * 60 * 60);
    expect(times.REAUTHENTICATION_SECONDS).toBe(5 * 60);
    expect(times.REAUTHENTICATION_LONGEST_SECONDS).toBe(30 * 60);
  });

  it('are added in seconds', () => {
    expect(times.plusSeconds(AT, 90).toISOString()).toBe('2026-03-02T09:01:30.000Z');
    expect(times.plusSeconds(AT, -0.5).toISOString()).toBe('2026-03-02T08:59:59.500Z');
  });

  it('the earlier of two bounds the other', () => {
    const later = times.plusSeconds(AT, 1);
    expect(times.earlier(AT, later)).toBe(AT);
    expect(times.earlier(later, AT)).toBe(AT);
  });
});
