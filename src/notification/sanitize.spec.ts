import { describe, expect, it } from '@jest/globals';
import { escapeHtml, oneLine, unlinked } from './sanitize.js';

describe('oneLine', () => {
  it.each([
    ['ACME\r\nBcc: everyone@example.com', 'ACME Bcc: everyone@example.com'],
    ['a\u2028b\u2029c\u0085d', 'a b c d'],
    ['safe\u202Egpj.exe', 'safe gpj.exe'],
    ['zero\u200Bwidth\u0000', 'zero width'],
    ['  Zoë & Søn  ', 'Zoë & Søn'],
  ])('makes %j plain', (text, plain) => {
    expect(oneLine(text, 100)).toBe(plain);
  });

  it('cuts by characters, not by halves of one', () => {
    expect(oneLine('😀😀😀😀', 3)).toBe('😀😀…');
    expect(oneLine('abc', 3)).toBe('abc');
    expect(oneLine('ab cd', 4)).toBe('ab…');
    expect(oneLine('a \t  b\n\n\u200bc', 10)).toBe('a b c');
  });
});

describe('unlinked', () => {
  it.each([
    'https://evil.example/win',
    'win at evil.example',
    'www.evil.example',
    'me@evil.example',
    '[x](//evil.example)',
  ])('leaves no link in %j', (text) => {
    expect(unlinked(text, 64)).not.toMatch(/[/:@]|\w\.\p{L}/u);
  });

  it('takes out each sign that makes a link, several at a time', () => {
    expect(unlinked('a\\b/c:d@e<f>g[h]i(j)k|l', 64)).toBe('a b c d e f g h i j k l');
    expect(unlinked('see://[x]', 64)).toBe('see x');
    expect(unlinked('abcdef', 3)).toBe('ab…');
    expect(unlinked('a.b', 64)).toBe('a b');
  });

  it('leaves versions and initials as they are', () => {
    expect(unlinked('Firefox 128.0 on Linux', 64)).toBe('Firefox 128.0 on Linux');
    expect(unlinked('Dr. J. Smith', 64)).toBe('Dr. J. Smith');
  });
});

describe('escapeHtml', () => {
  it('leaves nothing that could begin a tag, an entity or end an attribute', () => {
    expect(escapeHtml(`<a href="x" o='y'>&`)).toBe('&lt;a href=&quot;x&quot; o=&#39;y&#39;&gt;&amp;');
  });
});
