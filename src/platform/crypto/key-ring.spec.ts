import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { KeyRing } from './key-ring.js';

const A = randomBytes(32).toString('base64');
const B = randomBytes(32).toString('base64');
const encode = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString('base64');
const counting = Array.from({ length: 32 }, (_, i) => i);

describe('KeyRing.parse', () => {
  it('keeps the order: the first key is the current one', () => {
    const ring = KeyRing.parse(` k2:${A}, old_1-x:${B} `);
    expect(ring.currentId).toBe('k2');
    expect(ring.ids()).toEqual(['k2', 'old_1-x']);
  });

  it('takes what generate makes', () => {
    for (let i = 0; i < 1000; i += 1) expect(KeyRing.parse(KeyRing.generate()).ids()).toEqual(['k1']);
    expect(KeyRing.generate()).not.toBe(KeyRing.generate());
  });

  it.each([
    ['nothing', '', /missing/],
    ['blanks', '  ', /missing/],
    ['a key without id', A, /entry 1: there is no colon/],
    ['an empty second entry', `k1:${A},`, /entry 2: there is no colon/],
    ['an empty id', `:${A}`, /entry 1: the key id/],
    ['an id with a dot', `k.1:${A}`, /entry 1: the key id/],
    ['an id of 33 characters', `${'k'.repeat(33)}:${A}`, /entry 1: the key id/],
    ['key and id swapped', `${A}:k1`, /entry 1: the key id/],
    ['an id given twice', `k1:${A},k1:${B}`, /"k1" twice/],
    ['one key under two ids', `k1:${A},k2:${A}`, /"k1" and "k2" the same key/],
    ['no key', 'k1:', /entry 1: the key is not base64/],
    ['letters outside base64', `k1:${A.slice(0, 42)}!=`, /not base64/],
    ['no padding', `k1:${A.slice(0, 43)}`, /not base64/],
    ['hexadecimal', `k1:${randomBytes(32).toString('hex')}`, /entry 1: the key has 48 bytes, and 32 are needed/],
    ['31 bytes', `k1:${randomBytes(31).toString('base64')}`, /entry 1: the key has 31 bytes/],
    ['33 bytes', `k1:${randomBytes(33).toString('base64')}`, /entry 1: the key has 33 bytes/],
    ['zeros', `k1:${encode(Buffer.alloc(32))}`, /a sample/],
    ['one byte throughout', `k1:${encode(Buffer.alloc(32, 0xa7))}`, /a sample/],
    ['a short pattern', `k1:${encode(Buffer.alloc(32, Buffer.from('deadbeef', 'hex')))}`, /a sample/],
    ['counting up', `k1:${encode(counting)}`, /a sample/],
    ['counting down', `k1:${encode([...counting].reverse())}`, /a sample/],
    ['typed text', `k1:${encode(Buffer.from('please-change-me-0123456789-abcd'))}`, /a sample/],
    ['a sample behind a good one', `k2:${A},k1:${encode(counting)}`, /entry 2: the key is a sample/],
  ])('refuses %s', (_name, text, message) => {
    expect(() => KeyRing.parse(text)).toThrow(message);
  });

  it('never quotes a key in what it throws', () => {
    const wrong = [A, `${A}:k1`, `k1:${A},k1:${B}`, `k1:${A},k2:${A}`, `k1:${A.slice(0, 43)}`, `k.1:${A}`, `k1:${A}x`];
    for (const text of wrong) {
      const thrown = failure(() => KeyRing.parse(text));
      expect(thrown).toBeInstanceOf(Error);
      const shown = inspect(thrown, { depth: 10, showHidden: true });
      expect(shown).not.toContain(A.slice(0, 8));
      expect(shown).not.toContain(B.slice(0, 8));
    }
  });
});

describe('a KeyRing', () => {
  const ring = KeyRing.parse(`k2:${A},k1:${B}`);

  it('gives each purpose and each key a subkey of its own, 32 bytes, none of them the key itself', () => {
    const all = ring
      .ids()
      .flatMap((id) => (['seal', 'mac', 'sign'] as const).map((purpose) => ring.derive(id, purpose)));
    expect(all.every((key) => key.length === 32)).toBe(true);
    expect(new Set([A, B, ...all.map((key) => key.toString('base64'))]).size).toBe(8);
  });

  it('gives the same subkey in every process', () => {
    expect(KeyRing.parse(`other:${B}`).derive('other', 'mac')).toEqual(ring.derive('k1', 'mac'));
    expect(ring.derive('k1', 'mac')).toBe(ring.derive('k1', 'mac'));
  });

  it('throws for a key that it does not have', () => {
    expect(() => ring.derive('k3', 'seal')).toThrow(/no key of this id/);
    expect(() => ring.derive('', 'seal')).toThrow();
    expect(() => ring.derive('__proto__', 'seal')).toThrow();
  });

  it('shows no key when it is printed', () => {
    ring.derive('k1', 'seal');
    const shown = JSON.stringify(ring) + inspect(ring, { depth: 10, showHidden: true });
    expect(shown).not.toContain(A.slice(0, 8));
    expect(shown).not.toContain(ring.derive('k1', 'seal').toString('hex').slice(0, 8));
  });
});

function failure(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
