import { describe, expect, it } from '@jest/globals';
import { checkEmailChange, checkSmsChange, type EmailChange, type SmsChange } from './channel.policy.js';

describe('the mail settings', () => {
  it.each<[string, EmailChange]>([
    ['nothing', {}],
    ['a name and an address', { fromName: 'Example', fromAddress: 'no-reply@example.com' }],
    ['an SMTP server', { smtpUrl: 'smtps://user:pass@mail.example.com' }],
    ['no SMTP server any more', { smtpUrl: '' }],
  ])('take %s', (_name, change) => {
    expect(checkEmailChange(change)).toBeNull();
  });

  it.each<[string, EmailChange]>([
    ['a name with a header in it', { fromName: 'A\r\nBcc: b@example.com' }],
    ['an address that is none', { fromAddress: 'nobody' }],
    ['two addresses', { fromAddress: 'a@example.com,b@example.com' }],
    ['another protocol', { smtpUrl: 'http://mail.example.com' }],
    ['no URL', { smtpUrl: 'mail' }],
  ])('refuse %s', (_name, change) => {
    expect(checkEmailChange(change)?.code).toBe('INVALID_VALUE');
  });
});

describe('the bounds of the mail settings', () => {
  const NAME = 'The sender name has at most 120 characters and no line break.';
  const FROM = 'The sender address is not an e-mail address.';
  const BAD_URL = 'The SMTP URL is not a URL.';
  const PROTOCOL = 'The SMTP URL must begin with smtp:// or smtps://.';
  const LONG = 'The SMTP URL is too long, or has control characters.';
  const url = (length: number) => `smtp://${'a'.repeat(length - 7)}`;
  const address = (local: number, domain: number) => `${'a'.repeat(local)}@${'b'.repeat(domain)}`;

  it.each<[EmailChange, string | null]>([
    [{ fromName: 'x'.repeat(120) }, null],
    [{ fromName: 'x'.repeat(121) }, NAME],
    [{ fromName: 'a\u202eb' }, NAME],
    [{ fromName: '' }, null],
    [{ fromName: null, fromAddress: null, smtpUrl: null }, null],
    [{ fromAddress: '' }, null],
    [{ fromAddress: address(64, 189) }, null],
    [{ fromAddress: address(65, 10) }, FROM],
    [{ fromAddress: address(10, 190) }, FROM],
    [{ fromAddress: 'a b@example.com' }, FROM],
    [{ fromAddress: 'x <a@example.com>' }, FROM],
    [{ fromAddress: 'a@example.com\u0000' }, FROM],
    [{ smtpUrl: 'smtp://mail.example.com' }, null],
    [{ smtpUrl: 'mail' }, BAD_URL],
    [{ smtpUrl: 'http://mail.example.com' }, PROTOCOL],
    [{ smtpUrl: url(500) }, null],
    [{ smtpUrl: url(501) }, LONG],
    [{ smtpUrl: 'smtp://mail.example.com/\u202e' }, LONG],
  ])('%j: %s', (change, message) => {
    expect(checkEmailChange(change)?.message ?? null).toBe(message);
  });
});

describe('the gateway for texts', () => {
  it.each<[string, SmsChange]>([
    ['nothing', {}],
    ['a gateway', { gatewayUrl: 'https://sms.example.com/send', messageParameter: 'text', receiverParameter: 'to' }],
    ['a header with a key', { parameters: [{ name: 'X-Api-Key', value: 'k', header: true, secret: true }] }],
    ['prefixes', { allowedPrefixes: ['+31', '+1868'] }],
    ['a sender', { senderName: 'Example 24' }],
  ])('takes %s', (_name, change) => {
    expect(checkSmsChange(change)).toBeNull();
  });

  it.each<[string, SmsChange]>([
    ['a file', { gatewayUrl: 'file:///etc/passwd' }],
    ['credentials in the URL', { gatewayUrl: 'https://u:p@sms.example.com' }],
    ['a parameter that is two', { messageParameter: 'a&b=c' }],
    ['the header Host', { parameters: [{ name: 'Host', value: 'inside', header: true }] }],
    ['a second request behind a header', { parameters: [{ name: 'X', value: 'a\r\n\r\nGET /', header: true }] }],
    [
      'too many parameters',
      { parameters: Array.from({ length: 31 }, (_, n) => ({ name: `p${String(n)}`, value: '' })) },
    ],
    ['a prefix that is no calling code', { allowedPrefixes: ['31'] }],
    ['a sender with markup', { senderName: '<b>' }],
  ])('refuses %s', (_name, change) => {
    expect(checkSmsChange(change)?.code).toBe('INVALID_VALUE');
  });
});

describe('the bounds of the gateway', () => {
  const NAMES = 'The names of the message and receiver parameters are letters, digits, and _ . - [ ].';
  const SENDER = 'The sender is a name or number of at most 64 characters.';
  const PREFIXES = "Allowed prefixes are calling codes such as '+31'.";
  const one = (name: string, value = 'v', header = false): SmsChange => ({ parameters: [{ name, value, header }] });
  const long = (name: string) => `The value of ${name} is too long, or has control characters.`;

  it.each<[SmsChange, string | null]>([
    [{ gatewayUrl: '' }, null],
    [{ gatewayUrl: 'http://sms.example.com' }, null],
    [{ gatewayUrl: 'sms' }, 'The gateway URL is not a URL.'],
    [{ gatewayUrl: 'ftp://sms.example.com' }, 'The gateway URL must begin with https:// or http://.'],
    [
      { gatewayUrl: 'https://u@sms.example.com' },
      'Put the credentials of the gateway into parameters, not into its URL.',
    ],
    [{ messageParameter: 'a'.repeat(64), receiverParameter: 'phones[0].to_-' }, null],
    [{ messageParameter: null, receiverParameter: null }, null],
    [{ messageParameter: '' }, NAMES],
    [{ receiverParameter: 'a'.repeat(65) }, NAMES],
    [{ receiverParameter: 'a b' }, NAMES],
    [{ receiverParameter: ' to' }, NAMES],
    [{ senderName: null }, null],
    [{ senderName: '' }, null],
    [{ senderName: 'x'.repeat(64) }, null],
    [{ senderName: 'x'.repeat(65) }, SENDER],
    [{ senderName: 'a&b' }, SENDER],
    [{ senderName: '&ab' }, SENDER],
    [one('k'.repeat(64)), null],
    [one('a b'), '"a b" is not a parameter name.'],
    [one(`a ${'b'.repeat(80)}`), `"a ${'b'.repeat(62)}" is not a parameter name.`],
    [one("X-Api!#$%&'*+.^_`|~", 'v', true), null],
    [one("X-Api!#$%&'*+.^_`|~", 'v', false), `"X-Api!#$%&'*+.^_\`|~" is not a parameter name.`],
    [one('a[0]', 'v', true), '"a[0]" is not a parameter name.'],
    [one('x'.repeat(65), 'v', true), `"${'x'.repeat(64)}" is not a parameter name.`],
    [one(' X', 'v', true), '" X" is not a parameter name.'],
    [one('X ', 'v', true), '"X " is not a parameter name.'],
    [one('Host'), null],
    [{ parameters: [{ name: 'a[0]', value: 'v' }] }, null],
    [one('a', 'x'.repeat(2_000)), null],
    [one('a', 'x'.repeat(2_001)), long('a')],
    [one('a', 'x\ny'), long('a')],
    [{ parameters: null, allowedPrefixes: null }, null],
    [{ parameters: Array.from({ length: 30 }, () => ({ name: 'p', value: '' })) }, null],
    [
      { parameters: Array.from({ length: 31 }, () => ({ name: 'p', value: '' })) },
      'There are at most 30 further parameters.',
    ],
    [{ allowedPrefixes: Array.from({ length: 300 }, () => '+31') }, null],
    [{ allowedPrefixes: Array.from({ length: 301 }, () => '+31') }, PREFIXES],
    [{ allowedPrefixes: ['+31', '+0'] }, PREFIXES],
    [{ allowedPrefixes: ['+186812'] }, null],
    [{ allowedPrefixes: ['+1868123'] }, PREFIXES],
    [{ allowedPrefixes: ['+1a'] }, PREFIXES],
    [{ allowedPrefixes: ['x+1'] }, PREFIXES],
  ])('%j: %s', (change, message) => {
    expect(checkSmsChange(change)?.message ?? null).toBe(message);
  });

  it.each(['host', 'Content-Length', 'TRANSFER-ENCODING', 'connection', 'upgrade', 'te'])(
    'the header %s steers the connection',
    (name) => {
      expect(checkSmsChange(one(name, 'v', true))?.message).toBe(`The header ${name} cannot be set.`);
    },
  );
});
