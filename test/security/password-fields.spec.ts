import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ASSETS = 'src/console/assets';
const textOf = (name: string): string => readFileSync(join(ASSETS, name), 'utf8');
const NAMED = /autocomplete: '(?:current|new)-password'/;

/** ASVS 5.0.0 6.2.6 and 6.2.7: masked, and open to paste and to password managers. */
describe('the password fields of the pages', () => {
  const scripts = readdirSync(ASSETS).filter((name) => name.endsWith('.js') && NAMED.test(textOf(name)));

  it('are where a password is typed', () => {
    expect(scripts).toEqual(['account-access.js', 'confirm-email-page.js', 'reauthenticate.js', 'sign-in.js']);
  });

  it.each(scripts)('in %s are masked, each of them, and say to a password manager what they are', (name) => {
    const text = textOf(name);
    // A field names its kind itself, or is spread from one constant that does.
    const masked = /const (\w+) = \{[^}]*type: 'password'/.exec(text)?.[1];
    for (const [field] of text.matchAll(/field\(\{[^}]*\}\)/g)) {
      if (!NAMED.test(field)) continue;
      expect(field.includes("type: 'password'") || field.includes(`...${String(masked)}`)).toBe(true);
    }
    expect(text).toContain("type: 'password'");
  });

  it.each([...scripts, 'forms.js'])('nothing in %s stands in the way of pasting or filling in', (name) => {
    expect(textOf(name)).not.toMatch(/['"]paste['"]|onpaste|autocomplete: ['"]off['"]/);
  });
});
