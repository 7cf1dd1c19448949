import { describe, expect, it } from '@jest/globals';
import { ALL_AUDIT_KEYS } from './audit-keys.js';
import { cleanText, FACT_LENGTH, factsOf, looksSecret, MAX_FACTS } from './audit-facts.js';

describe('a fact', () => {
  it.each(
    'code smsCode otp_code secret clientSecret token refreshToken access-token password newPassword passwd link mailedLink links uri otpauthUri url key apiKey apikey seed hash pin ticket cookie TOTP-SECRET recoveryCodes qr pass-phrase api.key'.split(
      ' ',
    ),
  )('named %s is refused', (name) => {
    expect(looksSecret(name)).toBe(true);
    expect(() => factsOf({ [name]: '060350' })).toThrow(`"${name}"`);
    expect(() => factsOf({ [name]: 60350 })).toThrow(`"${name}"`);
  });

  it('named like a secret is refused even without a value, so that a test finds it', () => {
    expect(() => factsOf({ token: undefined })).toThrow('"token"');
    expect(() => factsOf({ token: null })).toThrow('"token"');
  });

  it.each(
    'method reason refusal operation attemptsLeft monkey linked shipping pinned role rule serial until'.split(' '),
  )('named %s is taken', (name) => expect(factsOf({ [name]: 'x' })).toEqual([{ name, value: 'x' }]));

  it('may say yes or no about a secret', () => {
    expect(factsOf({ passwordChanged: true })).toEqual([{ name: 'passwordChanged', value: 'true' }]);
  });

  it('is text in the order given; undefined is left out and null is told', () => {
    expect(factsOf({ b: 1, a: undefined, c: null, d: false, e: '' })).toEqual([
      { name: 'b', value: '1' },
      { name: 'c', value: 'none' },
      { name: 'd', value: 'false' },
      { name: 'e', value: '' },
    ]);
  });

  it('holds no line ends, no control or direction marks, no half characters, and 500 units at most', () => {
    expect(cleanText('a\r\nb\u0000c\u001b[31m\u2028d\u202ee\u2066f\u007f\u009b\tg', 100)).toBe('abc[31mdefg');
    expect(cleanText('ab😀', 3)).toBe('ab');
    expect(cleanText('x\ud800y', 3)).toBe('xy');
    expect(cleanText('Zoë 😀 नमस्ते', 100)).toBe('Zoë 😀 नमस्ते');
    expect(factsOf({ a: 'x'.repeat(600) })[0]?.value).toHaveLength(FACT_LENGTH);
  });

  it('is one of a bounded number', () => {
    const facts = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, i]));
    expect(factsOf(facts(MAX_FACTS))).toHaveLength(MAX_FACTS);
    expect(() => factsOf(facts(MAX_FACTS + 1))).toThrow('at most');
  });
});

it('every key is family.what-happened and fits its column', () => {
  for (const key of ALL_AUDIT_KEYS) expect(key).toMatch(/^(?=.{3,64}$)[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
});
