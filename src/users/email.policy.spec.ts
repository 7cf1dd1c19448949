import { describe, expect, it } from '@jest/globals';
import { isMailAddress } from '../notification/destination.js';
import { isRefusal } from '../shared/outcome.js';
import { checkEmail } from './email.policy.js';

/** 254 characters. */
const LONGEST = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;

describe('checkEmail', () => {
  it.each([
    ['Ann.Lee+work@Example.COM ', 'ann.lee+work@example.com'],
    ['jörg@bücher.example', 'jörg@bücher.example'],
    ['ａｎｎ@example.com', 'ann@example.com'],
    ["o'neil@localhost", "o'neil@localhost"],
    ['a@b.c', 'a@b.c'],
    [LONGEST, LONGEST],
  ])('takes %s, in a form that the outbox sends to', (typed, kept) => {
    expect(checkEmail(typed)).toBe(kept);
    expect(isMailAddress(kept)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['no address', 'ann'],
    ['two recipients', 'ann@example.com,eve@evil.example'],
    ['a header', 'ann@example.com\r\nBcc: eve@evil.example'],
    ['a display name', 'Ann <ann@example.com>'],
    ['quotes', '"ann"@example.com'],
    ['dots in a row', 'ann..lee@example.com'],
    ['a leading dot', '.ann@example.com'],
    ['a dot before the at sign', 'ann.@example.com'],
    ['one character too many', `${LONGEST}d`],
    ['a label that begins with a sign', 'ann@!b.example'],
    ['a label that ends with a sign', 'ann@b!.example'],
    ['a last label of a sign', 'ann@example.!'],
    ['a last label that ends with a sign', 'ann@example.c!'],
    ['a hyphen at an end', 'ann@b-.example'],
    ['a picture', '💌@example.com'],
    ['a letter that becomes two in small print', 'İnci@example.com'],
    ['a long one', `${'a'.repeat(65)}@example.com`],
  ])('refuses %s', (_name, typed) => {
    const checked = checkEmail(typed);
    expect(isRefusal(checked) && checked.code).toBe('INVALID_VALUE');
    expect(isRefusal(checked) && checked.message).toBe('This is not an e-mail address.');
  });
});
