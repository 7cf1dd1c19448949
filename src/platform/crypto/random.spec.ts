import { describe, expect, it } from '@jest/globals';
import { Random } from './random.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

describe('Random.id', () => {
  it('is a UUID of version 7 that carries the time', () => {
    const id = new Random().id(NOW);
    expect(id).toMatch(UUID_V7);
    expect(timeOf(id)).toBe(NOW.getTime());
  });

  it('rises strictly within one millisecond, also beyond the 4096 values of the counter', () => {
    const random = new Random();
    const ids = Array.from({ length: 10_000 }, () => random.id(NOW));
    expect(ids.every((id) => UUID_V7.test(id))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(timeOf(ids.at(-1) ?? '') - NOW.getTime()).toBeLessThan(6);
  });

  it('rises also when the clock steps back', () => {
    const random = new Random();
    const first = random.id(NOW);
    const second = random.id(new Date(NOW.getTime() - 60_000));
    const third = random.id(new Date(NOW.getTime() + 1));
    expect([third, second, first].sort()).toEqual([first, second, third]);
  });

  it('cannot be foretold by a process with the same clock', () => {
    expect(new Random().id(NOW)).not.toBe(new Random().id(NOW));
  });
});

describe('Random.token', () => {
  it('has 256 bits unless told otherwise, in base64url', () => {
    expect(new Random().token()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(new Random().token(16), 'base64url')).toHaveLength(16);
  });

  it('never repeats', () => {
    const random = new Random();
    expect(new Set(Array.from({ length: 1000 }, () => random.token())).size).toBe(1000);
  });
});
