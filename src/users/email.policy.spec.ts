import { describe, expect, it } from '@jest/globals';
import { isMailAddress } from '../notification/destination.js';
import { isRefusal } from '../shared/outcome.js';
import { checkEmail } from './email.policy.js';

describe('checkEmail', () => {
  it.each([
    ['Ann.Lee+work@Example.COM ', 'ann.lee+work@example.com'],
    ['jörg@bücher.example', 'jörg@bücher.example'],
    ['ａｎｎ@example.com', 'ann@example.com'],
    ["o'neil@localhost", "o'neil@localhost"],
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
    ['a picture', '💌@example.com'],
    ['a letter that becomes two in small print', 'İnci@example.com'],
    ['a long one', `${'a'.repeat(65)}@example.com`],
  ])('refuses %s', (_name, typed) => {
    const checked = checkEmail(typed);
    expect(isRefusal(checked) && checked.code).toBe('INVALID_VALUE');
  });
});
