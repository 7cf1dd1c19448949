import { describe, expect, it } from '@jest/globals';
import { smtpFailure } from './mail.transport.js';
import { smtpOptions } from './smtp-options.js';

describe('smtpOptions', () => {
  it.each([
    ['smtp://mail.example', { host: 'mail.example', port: 587, secure: false, requireTLS: false }],
    ['smtps://mail.example', { port: 465, secure: true }],
    [
      'smtp://u%40x:p%3Aw@mail.example:2525?requireTLS=true',
      { port: 2525, requireTLS: true, auth: { user: 'u@x', pass: 'p:w' } },
    ],
    ['smtp://[::1]:2525', { host: '::1' }],
    ['smtp://mail.example?ignoreTLS=true', { ignoreTLS: true, requireTLS: false }],
    ['smtp://mail.example?ignoreTLS=false', { ignoreTLS: false }],
  ])('reads %s', (url, expected) => {
    expect(smtpOptions(url)).toMatchObject(expected);
  });

  it('takes none of the options that would leak or weaken', () => {
    const options = smtpOptions(
      'smtp://mail.example?proxy=http://evil&debug=true&logger=true&tls.rejectUnauthorized=false',
    );
    expect(Object.keys(options).sort()).toEqual(['host', 'ignoreTLS', 'port', 'requireTLS', 'secure']);
  });

  it.each(['http://mail.example', 'nonsense', 'smtp://', 'smtp://u:%zz@mail.example'])('refuses %s', (url) => {
    expect(() => smtpOptions(url)).toThrow('cannot be read');
  });
});

describe('smtpFailure', () => {
  it.each([
    [{ responseCode: 550, code: 'EENVELOPE' }, true],
    [{ responseCode: 451, code: 'EENVELOPE' }, false],
    [{ responseCode: 421 }, false],
    [{ code: 'EENVELOPE' }, true],
    [{ code: 'ETIMEDOUT' }, false],
    [{ code: 'EDNS' }, false],
  ])('%j is permanent: %s', (properties, permanent) => {
    expect(smtpFailure(Object.assign(new Error('550 <ann@example.com> no'), properties)).permanent).toBe(permanent);
  });

  it('repeats nothing that the server said', () => {
    const error = Object.assign(new Error('550 ann@example.com unknown'), {
      responseCode: 550,
      response: '550 ann@example.com',
    });
    expect(smtpFailure(error).message).toBe('The mail server answered 550.');
  });
});
