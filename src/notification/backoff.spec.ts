import { describe, expect, it } from '@jest/globals';
import { afterFailure, MAX_ATTEMPTS, pauseMs } from './backoff.js';

const NOW = new Date('2025-01-01T00:00:00.000Z');
const inSeconds = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const MIDDLE = 0.5;

describe('pauseMs', () => {
  it.each([
    [1, 2_000],
    [2, 8_000],
    [3, 30_000],
    [4, 120_000],
    [5, 600_000],
    [9, 600_000],
  ])('after try %i is %i ms', (attempts, ms) => {
    expect(pauseMs(attempts, MIDDLE)).toBe(ms);
  });

  it('strays by a fifth at most', () => {
    expect(pauseMs(1, 0)).toBe(1_600);
    expect(pauseMs(1, 0.999_999)).toBeLessThanOrEqual(2_400);
  });
});

describe('afterFailure', () => {
  it('queues it again', () => {
    expect(afterFailure({ attempts: 2, expiresAt: null }, NOW, MIDDLE)).toEqual({
      status: 'QUEUED',
      dueAt: inSeconds(8),
    });
  });

  it('gives up after the last attempt, and not before', () => {
    expect(afterFailure({ attempts: MAX_ATTEMPTS - 1, expiresAt: null }, NOW, MIDDLE).status).toBe('QUEUED');
    expect(afterFailure({ attempts: MAX_ATTEMPTS, expiresAt: null }, NOW, MIDDLE)).toEqual({ status: 'FAILED' });
  });

  it('expires at once what would be too late by its next try', () => {
    expect(afterFailure({ attempts: 3, expiresAt: inSeconds(31) }, NOW, MIDDLE).status).toBe('QUEUED');
    expect(afterFailure({ attempts: 3, expiresAt: inSeconds(30) }, NOW, MIDDLE)).toEqual({ status: 'EXPIRED' });
  });
});
