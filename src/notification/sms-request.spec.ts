import { describe, expect, it } from '@jest/globals';
import type { SmsGateway } from './ports.js';
import { smsRequest } from './sms-request.js';

const gateway = (changes: Partial<SmsGateway> = {}): SmsGateway => ({
  gatewayUrl: 'https://sms.example.com/send?account=7',
  messageParameter: 'text',
  receiverParameter: 'to',
  senderName: 'ACME',
  usePost: false,
  parameters: [],
  allowedPrefixes: [],
  ...changes,
});
const TO = '+31612345678';

describe('smsRequest', () => {
  it('puts everything into the query of a GET, beside what is there', () => {
    const { url, method, body } = smsRequest(gateway(), TO, 'code 1&to=+4900');
    expect(method).toBe('GET');
    expect(body).toBeNull();
    expect([...url.searchParams]).toEqual([
      ['account', '7'],
      ['text', 'code 1&to=+4900'],
      ['to', TO],
      ['sender', 'ACME'],
    ]);
  });

  it('puts everything into the body of a POST, and headers where they belong', () => {
    const parameters = [
      { name: 'Authorization', value: 'Bearer k', header: true },
      { name: 'route', value: 'gold', header: false },
    ];
    const { url, method, headers, body } = smsRequest(gateway({ usePost: true, parameters }), TO, 'hi there');
    expect(method).toBe('POST');
    expect(url.search).toBe('?account=7');
    expect(headers).toEqual({ authorization: 'Bearer k', 'content-type': 'application/x-www-form-urlencoded' });
    expect(Object.fromEntries(new URLSearchParams(body ?? ''))).toEqual({
      text: 'hi there',
      to: TO,
      sender: 'ACME',
      route: 'gold',
    });
  });

  it('leaves out the sender where there is none or a parameter has its name', () => {
    expect(smsRequest(gateway({ senderName: null }), TO, 'x').url.searchParams.has('sender')).toBe(false);
    const parameters = [{ name: 'sender', value: '42', header: false }];
    expect(smsRequest(gateway({ parameters }), TO, 'x').url.searchParams.getAll('sender')).toEqual(['42']);
  });

  it('keeps to the allowed calling codes', () => {
    expect(() => smsRequest(gateway({ allowedPrefixes: ['+49', '+31'] }), TO, 'x')).not.toThrow();
    expect(() => smsRequest(gateway({ allowedPrefixes: ['+49'] }), TO, 'x')).toThrow('calling code');
  });

  it.each([
    ['a line break in a header', { name: 'X-Key', value: 'a\r\nHost: evil', header: true }],
    ['a line break in a parameter', { name: 'key', value: 'a\nb', header: false }],
    ['a header that decides where the request goes', { name: 'Host', value: 'evil', header: true }],
    ['a header name that is none', { name: 'X Key', value: 'a', header: true }],
  ])('refuses %s', (_case, parameter) => {
    expect(() => smsRequest(gateway({ parameters: [parameter] }), TO, 'x')).toThrow(
      expect.objectContaining({ permanent: true }),
    );
  });

  it('refuses a receiver that is no number', () => {
    expect(() => smsRequest(gateway(), '+31&to=1', 'x')).toThrow(expect.objectContaining({ permanent: true }));
  });

  const HEADER = 'A parameter of the gateway cannot be sent as a header.';
  const failure = (changes: Partial<SmsGateway>, to = TO) => {
    try {
      smsRequest(gateway(changes), to, 'x');
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const one = (name: string, value = 'v', header = true) => ({ parameters: [{ name, value, header }] });

  it.each([
    ['a receiver', {}, '+31&to=1', 'The phone number of this message is none.'],
    ['a calling code', { allowedPrefixes: ['+49'] }, TO, 'Texts to this calling code are not allowed by the settings.'],
    ['a line break', one('key', 'a\nb', false), TO, 'A parameter of the gateway has a line break in it.'],
    ['a line break in a name', one('k\ry', 'b', false), TO, 'A parameter of the gateway has a line break in it.'],
    ['a zero', one('key', 'a\0b', false), TO, 'A parameter of the gateway has a line break in it.'],
    ['a name that is no token', one('X Key'), TO, HEADER],
    ['a name that begins with none', one('(X'), TO, HEADER],
    ['a name that ends with none', one('X:'), TO, HEADER],
    ['no name', one(''), TO, HEADER],
    ['a value that cannot be printed', one('X', 'a\u0007'), TO, HEADER],
    ['a value that begins so', one('X', '\u0007a'), TO, HEADER],
    ['a value beyond Latin-1', one('X', 'a\u20ac'), TO, HEADER],
    ['a value with tabs and umlauts', one('X', 'a\tü'), TO, null],
    ['an empty value', one('X', ''), TO, null],
    ['a name of all token signs', one("!#$%&'*+.^_`|~0-9A-Za-z"), TO, null],
  ])('says what is wrong with %s', (_name, changes, to, message) => {
    expect(failure(changes, to)).toBe(message);
  });

  it.each(['host', 'Content-Length', 'transfer-encoding', 'connection', 'content-type', 'upgrade', 'EXPECT', 'te'])(
    'sets no header %s from the settings',
    (name) => {
      expect(failure(one(name))).toBe(HEADER);
    },
  );

  it('has no sender where its name is empty, and no body type on a GET', () => {
    expect(smsRequest(gateway({ senderName: '' }), TO, 'x').url.searchParams.has('sender')).toBe(false);
    expect(smsRequest(gateway(), TO, 'x').headers).toEqual({});
  });
});
