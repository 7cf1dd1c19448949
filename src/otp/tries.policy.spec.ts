import { describe, expect, it } from '@jest/globals';
import { DISABLE_AT, LOCK_EVERY, TICKET_TRIES, lockSeconds } from './tries.policy.js';

describe('lockSeconds', () => {
  it.each([
    [0, 0],
    [1, 0],
    [9, 0],
    [10, 900],
    [11, 0],
    [19, 0],
    [20, 1_800],
    [30, 3_600],
    [40, 7_200],
    [50, 14_400],
    [60, 28_800],
    [70, 57_600],
    [80, 86_400],
    [90, 86_400],
    [100, 86_400],
    [100_000, 86_400],
    [-10, 0],
  ])('after %d failures in a row locks for %d s', (tries, seconds) => {
    expect(lockSeconds(tries)).toBe(seconds);
  });
});

it('has the numbers that were promised', () => {
  expect([TICKET_TRIES, LOCK_EVERY, DISABLE_AT]).toEqual([5, 10, 100]);
});
