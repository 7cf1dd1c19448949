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
