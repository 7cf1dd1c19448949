import { describe, expect, it } from '@jest/globals';
import { redact, REDACTED } from './redact.js';

describe('redact', () => {
  it.each([
    'password',
    'newPassword',
    'current_password',
    'Authorization',
    'cookie',
    'Set-Cookie',
    'code',
    'secret',
    'clientSecret',
    'token',
    'accessToken',
    'refresh-token',
    'trustedBrowserToken',
    'ticket',
    'uri',
    'otpauthUri',
    'recoveryCodes',
    'qrCodeSvg',
    'smtpUrl',
    'variables',
    'body',
    'input',
    'parameters',
    'csv',
  ])('hides %s at any depth, whatever its value is', (name) => {
    const value = { a: [{ b: { [name]: { deep: 'hunter2' } } }], [name]: 'hunter2' };
    const clean = redact(value, false);
    expect(JSON.stringify(clean)).not.toContain('hunter2');
    expect(clean).toHaveProperty(name, REDACTED);
  });

  it('leaves facts alone', () => {
    const facts = {
      method: 'GET',
      route: '/graphql',
      status: 200,
      ms: 3,
      messageId: 'id',
      attempts: 2,
      ok: true,
      no: null,
    };
    expect(redact(facts, false)).toEqual(facts);
  });

  it('does not mutate what it was given', () => {
    const value = { password: 'hunter2' };
    redact(value, false);
    expect(value.password).toBe('hunter2');
  });

  it('survives circles, bytes, maps, bad dates and large lists', () => {
    const circle: Record<string, unknown> = { when: new Date(Number.NaN), bytes: Buffer.from('hunter2'), big: 1n };
    circle.self = circle;
    circle.list = Array.from({ length: 1_000 }, (_, i) => i);
    circle.map = new Map([['a', 1]]);
    const clean = redact(circle, false) as Record<string, unknown>;
    expect(JSON.stringify(clean)).not.toContain('hunter2');
    expect(clean.list).toHaveLength(50);
    expect(clean.when).toBeNull();
  });
});
