import { describe, expect, it } from '@jest/globals';
import { Random } from '../../platform/crypto/index.js';
import { newSplitToken, parseSplitToken, provesHash } from './split-token.js';

describe('a token in two halves', () => {
  const random = new Random();

  it('finds by one half and proves by the other', () => {
    const made = newSplitToken(random);
    const parsed = parseSplitToken(made.token);
    expect(parsed?.selector).toBe(made.selector);
    expect(provesHash(parsed?.secret ?? '', made.hash)).toBe(true);
  });

  it('keeps its selector when its value moves on, and the old value proves nothing', () => {
    const first = newSplitToken(random);
    const next = newSplitToken(random, first.selector);
    expect(next.selector).toBe(first.selector);
    expect(provesHash(parseSplitToken(first.token)?.secret ?? '', next.hash)).toBe(false);
  });

  it.each([
    '',
    '.',
    'a.b',
    'x'.repeat(66),
    `${'a'.repeat(22)}.${'b'.repeat(44)}`,
    ` ${'a'.repeat(22)}.${'b'.repeat(43)}`,
  ])('is not %j', (text) => {
    expect(parseSplitToken(text)).toBeNull();
  });
});
