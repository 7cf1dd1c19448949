import { describe, expect, it } from '@jest/globals';
import { scrubForeignText, scrubText } from './scrub.js';

describe('scrubText', () => {
  it.each([
    ['otpauth', 'see otpauth://totp/Acme:jo?secret=JBSWY3DPEHPK3PXP now', 'JBSWY3DPEHPK3PXP'],
    ['user and password of a URL', 'smtp://bob:hunter2@mail.example.com refused', 'hunter2'],
    ['bearer', 'Authorization: Bearer abc.def-ghi', 'abc.def'],
    ['a JSON Web Token', 'got eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln', 'eyJzdWIiOiIxIn0'],
    ['a link', 'https://x.example/enroll?token=AbC123 opened', 'AbC123'],
    ['a form', 'receiver=1&code=060350&x=1', '060350'],
    ['256 bits', `ticket ${'aB3_'.repeat(11)} was used`, 'aB3_aB3_'],
    ['a TOTP secret', `secret is ${'JBSWY3DP'.repeat(4)}`, 'JBSWY3DP'],
  ])('takes out %s', (_name, text, secret) => {
    expect(scrubText(text)).not.toContain(secret);
  });

  it.each(['Listening on http://localhost:3000', 'a1b2c3d4-0000-7000-8000-000000000001', 'request'])(
    'keeps %p',
    (text) => {
      expect(scrubText(text)).toBe(text);
    },
  );

  it('is bounded, in length and in time', () => {
    const started = performance.now();
    for (const part of ['otpauth://', '://a', 'eyJ.', 'token=', 'A2', 'a@b.']) scrubForeignText(part.repeat(50_000));
    expect(performance.now() - started).toBeLessThan(500);
    expect(scrubText('x y '.repeat(5_000)).length).toBeLessThan(2_100);
  });
});

describe('scrubForeignText', () => {
  it('takes out addresses and what looks like a code', () => {
    expect(scrubForeignText("Your code 060350 for 'jo.d@example.com'")).toBe("Your code [digits] for '[address]'");
  });
  it('keeps ports, versions and package names', () => {
    const text = 'connect ECONNREFUSED 127.0.0.1:3306 in @nestjs/core 12.5.1';
    expect(scrubForeignText(text)).toBe(text);
  });
});
