import { describe, expect, it } from '@jest/globals';
import { PreviewTally } from './preview.tally.js';
import type { Verdict } from './verdict.policy.js';

const NOTHING: Verdict = {
  newlyRequired: false,
  noLongerRequired: false,
  mustEnroll: false,
  leftWithoutMethod: false,
  administratorLeftWithoutMethod: false,
};
const LEFT: Verdict = { ...NOTHING, newlyRequired: true, leftWithoutMethod: true };
const user = (id: string, sign: string, email = `${id}@example.com`) => ({ id, sign, email });

describe('the tally of a preview', () => {
  it('adds each verdict up by the users who have its sign', () => {
    const tally = new PreviewTally();
    tally.learn('a', { ...NOTHING, newlyRequired: true, mustEnroll: true });
    tally.learn('b', { ...NOTHING, noLongerRequired: true });
    tally.learn('c', { ...LEFT, administratorLeftWithoutMethod: true });
    for (const sign of ['a', 'a', 'b', 'c', 'a']) tally.add(user('u', sign), true);
    expect(tally.counts()).toEqual({
      usersLookedAt: 5,
      newlyRequired: 4,
      noLongerRequired: 1,
      mustEnrollAtNextSignIn: 3,
      leftWithoutMethod: 1,
      administratorsLeftWithoutMethod: 1,
    });
  });

  it('knows the signs that it has learnt, and counts no others', () => {
    const tally = new PreviewTally();
    tally.learn('a', NOTHING);
    expect([tally.knows('a'), tally.knows('b')]).toEqual([true, false]);
    tally.add(user('u', 'b'), true);
    expect(tally.counts().usersLookedAt).toBe(0);
  });

  it('samples those left without a method who may be seen, and nobody else', () => {
    const tally = new PreviewTally();
    tally.learn('left', LEFT);
    tally.learn('well', NOTHING);
    tally.add(user('hidden', 'left'), false);
    tally.add(user('well', 'well'), true);
    tally.add(user('seen', 'left'), true);
    expect(tally.sample()).toEqual(['seen']);
    expect(tally.counts().leftWithoutMethod).toBe(2);
  });

  it('keeps the first ten by address, in whatever order they come', () => {
    const letters = [...'mfbzktadxcgqsh'];
    const tally = new PreviewTally();
    tally.learn('left', LEFT);
    for (const letter of letters) tally.add(user(letter.toUpperCase(), 'left', `${letter}@example.com`), true);
    expect(tally.sample()).toEqual(
      [...letters]
        .sort()
        .slice(0, 10)
        .map((letter) => letter.toUpperCase()),
    );
  });

  it('offers nothing for a place that is taken by an address before it', () => {
    const tally = new PreviewTally();
    tally.learn('left', LEFT);
    const ten = [...'abcdefghij'];
    for (const letter of ten) tally.add(user(letter, 'left', `${letter}@example.com`), true);
    tally.add(user('late', 'left', 'j@example.com'), true);
    tally.add(user('later', 'left', 'k@example.com'), true);
    expect(tally.sample()).toEqual(ten);
    tally.add(user('first', 'left', '0@example.com'), true);
    expect(tally.sample()).toEqual(['first', ...ten.slice(0, 9)]);
  });
});
