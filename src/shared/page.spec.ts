import { describe, expect, it } from '@jest/globals';
import { ApiError } from './api-error.js';
import { cursorOf, pageRequest, toPage } from './page.js';

describe('pages', () => {
  it('go on where the last one ended', () => {
    const first = toPage(['a', 'b', 'c'], { first: 2, after: null }, (row) => row);
    expect(first).toEqual({ nodes: ['a', 'b'], hasNextPage: true, endCursor: cursorOf('b') });
    expect(pageRequest(2, first.endCursor)).toEqual({ first: 2, after: 'b' });
  });

  it('begin at the first row, with fifty rows unless said otherwise', () => {
    expect(pageRequest(null, null)).toEqual({ first: 50, after: null });
    expect(pageRequest(undefined, undefined)).toEqual({ first: 50, after: null });
  });

  it.each([1, 200])('may have %d rows', (first) => {
    expect(pageRequest(first, null)).toEqual({ first, after: null });
  });

  it.each(['', 'Zoë 😀', 'a:b', '\n'])('go on after %j', (key) => {
    expect(pageRequest(1, cursorOf(key))).toEqual({ first: 1, after: key });
  });

  it('end', () => {
    const whole = toPage(['a', 'b', 'c'], { first: 3, after: null }, (row) => row);
    expect(whole).toEqual({ nodes: ['a', 'b', 'c'], hasNextPage: false, endCursor: cursorOf('c') });
    expect(toPage(['a'], { first: 2, after: null }, (row) => row).hasNextPage).toBe(false);
    expect(toPage([], { first: 2, after: null }, (row: string) => row).endCursor).toBeNull();
  });

  it.each([0, -1, 201, 1.5, Number.NaN])('are not of %s rows', (first) => {
    expect(() => pageRequest(first, null)).toThrow(ApiError);
    expect(() => pageRequest(first, null)).toThrow('"first" must be from 1 to 200.');
  });

  it.each(['', 'x', 'Yw', '!!!', Buffer.from('d:b').toString('base64url'), `${cursorOf('b')}!`, `${cursorOf('b')}=`])(
    'do not begin at %j',
    (after) => {
      expect(() => pageRequest(10, after)).toThrow('"after" is not a cursor of this list.');
    },
  );
});
