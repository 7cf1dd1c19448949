import { describe, expect, it } from '@jest/globals';
import { checkPassword, normalizePassword } from './password.policy.js';

const RELATED = ['anna.karlsson@example.com', 'anna.karlsson', 'Anna Karlsson', 'Acme Ltd'];
const withFactor = (password: string, related = RELATED): string | null =>
  checkPassword(password, { hasSecondFactor: true, related });
const alone = (password: string): string | null =>
  checkPassword(password, { hasSecondFactor: false, related: RELATED });

describe('checkPassword', () => {
  it.each([
    ['eight characters', 'tq8vkw2z'],
    ['eight small letters: there are no composition rules', 'qlmwzhpt'],
    ['blanks', 'lamp ink fog'],
    ['emoji, each of which is one character', '🦊🌵🚲🎻🧊🪁🐙🍋'],
    ['256 characters', longText(256)],
    ['256 emoji, 512 UTF-16 units', `${'🦊🌵🚲🎻'.repeat(63)}🧊🪁🐙🍋`],
    ["one's name in a phrase of one's own", 'anna paints grey owls'],
    ['a name that is only part of a word', 'savannah dust'],
  ])('takes %s', (_name, password) => {
    expect(withFactor(password)).toBeNull();
  });

  it.each([
    ['empty', '', /at least 8/],
    ['seven characters', 'tq8vkw2', /at least 8/],
    ['seven emoji, 14 UTF-16 units', '🦊🌵🚲🎻🧊🪁🐙', /at least 8/],
    ['257 characters', longText(257), /256 characters at most/],
    ['megabytes', 'x'.repeat(5_000_000), /256 characters at most/],
    ['18 code points in one, over and over', '\ufdfa'.repeat(200), /256 characters at most/],
    ['a common one', 'password1', /attackers try first/],
    ['a common one in capitals', 'PaSsWoRd1', /attackers try first/],
    ['a common one in full-width letters', 'ｐａｓｓｗｏｒｄ１', /attackers try first/],
    ['a common one, twice', 'passwordpassword', /attackers try first/],
    ['a common one, twice, with a blank', 'password password', /attackers try first/],
    ['a common one behind punctuation', 'password!!!!!!!', /attackers try first/],
    ['one letter, over and over', 'zzzzzzzzzzzzzzzzzz', /attackers try first/],
    ['the e-mail address', 'anna.karlsson@example.com', /your name/],
    ['the local part', 'anna.karlsson', /your name/],
    ['the display name in capitals', 'ANNA KARLSSON', /your name/],
    ['the display name backwards in order', 'karlssonanna', /your name/],
    ['the name and a year', 'Karlsson2026', /your name/],
    ['the issuer and signs', 'acme-ltd!!!!', /your name/],
    ['the name twice', 'karlssonkarlsson', /your name/],
  ])('refuses %s', (_name, password, sentence) => {
    expect(withFactor(password)).toMatch(sentence);
  });

  it('wants 15 characters where no second factor stands behind', () => {
    expect(alone('tq8vkw2zjh4mxr')).toMatch(/at least 15/);
    expect(alone('tq8vkw2zjh4mxrd')).toBeNull();
  });

  it('is not confused by related words that are empty, short or full of signs', () => {
    expect(withFactor('tq8vkw2z', ['', ' ', 'tq', '.*', '$&', '(((('])).toBeNull();
    expect(withFactor('tq8vkw2z', [])).toBeNull();
  });

  it("takes the longest related word first, so that no rest of it counts as a part of one's own", () => {
    expect(withFactor('karlssonkarlsson', ['karl', 'karlsson'])).toMatch(/your name/);
  });

  it('looks for common ones among what is long enough to be one', () => {
    expect(withFactor('s--e--c--r--e--t')).toBeNull();
  });

  it('refuses three letters over and over, also where they are no common password', () => {
    expect(withFactor('xqzxqzxqzxqzxqz')).toMatch(/attackers try first/);
    expect(withFactor('xqzvxqzvxqzvxqzv')).toBeNull();
  });

  it('counts related words from three letters on, and wants five letters beside them', () => {
    expect(withFactor('an1an2an3an4', ['an'])).toBeNull();
    expect(withFactor('ann1ann2ann3', ['ann'])).toMatch(/your name/);
    expect(withFactor('margaretqzkv', ['margaret'])).toMatch(/your name/);
    expect(withFactor('margaretqzkvw', ['margaret'])).toBeNull();
  });

  it('says nothing of the password itself', () => {
    expect(withFactor('password1')).not.toContain('password1');
  });
});

describe('normalizePassword', () => {
  it('makes one text of two ways to type it', () => {
    expect(normalizePassword('cafe\u0301')).toBe(normalizePassword('caf\u00e9'));
    expect(normalizePassword('ｐａｓｓ')).toBe('pass');
  });

  it('keeps case and blanks', () => {
    expect(normalizePassword(' A b ')).toBe(' A b ');
  });
});

/** Of no short period, so that it is not taken for a repetition. */
function longText(length: number): string {
  return Array.from({ length }, (_, i) => String.fromCodePoint(0x61 + ((i * i + (i >> 3)) % 26))).join('');
}
