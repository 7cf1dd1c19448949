import { describe, expect, it } from '@jest/globals';
import { ApiError } from './api-error.js';
import { cursorOf, pageRequest, toPage } from './page.js';

describe('pages', () => {
  it('go on where the last one ended', () => {
    const first = toPage(['a', 'b', 'c'], { first: 2, after: null }, (row) => row);
    expect(first).toEqual({ nodes: ['a', 'b'], hasNextPage: true, endCursor: cursorOf('b') });
    expect(pageRequest(2, first.endCursor)).toEqual({ first: 2, after: 'b' });
  });

  it('end', () => {
    expect(toPage(['a'], { first: 2, after: null }, (row) => row).hasNextPage).toBe(false);
    expect(toPage([], { first: 2, after: null }, (row: string) => row).endCursor).toBeNull();
  });

  it.each([0, -1, 201, 1.5, Number.NaN])('are not of %s rows', (first) => {
    expect(() => pageRequest(first, null)).toThrow(ApiError);
  });

  it.each(['', 'x', 'Yw', '!!!', Buffer.from('d:b').toString('base64url')])('do not begin at %j', (after) => {
    expect(() => pageRequest(10, after)).toThrow('"after" is not a cursor of this list.');
  });
});
