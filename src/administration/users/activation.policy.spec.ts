import { describe, expect, it } from '@jest/globals';
import { activationRefusal, awaitsConfirmation } from './activation.policy.js';

const NOW = new Date('2026-02-01T10:00:00Z');
const person = { kind: 'MEMBER', active: true, emailConfirmedAt: null, passwordHash: null } as const;

describe('an activation mail', () => {
  it.each([
    ['to somebody new', person, true, true, /^$/],
    ['to somebody with a password who has not confirmed', { ...person, passwordHash: 'h' }, true, true, /^$/],
    ['to somebody confirmed without a password', { ...person, emailConfirmedAt: NOW }, true, false, /^$/],
    ['to somebody who has both', { ...person, emailConfirmedAt: NOW, passwordHash: 'h' }, false, false, /already/],
    ['to somebody deactivated', { ...person, active: false }, false, false, /deactivated/],
    ['to a service user', { ...person, kind: 'SERVICE' as const }, false, false, /API key/],
    ['to a portal user', { ...person, kind: 'PORTAL' as const }, true, true, /^$/],
  ])('%s', (_name, user, allowed, inBulk, words) => {
    expect(activationRefusal(user)?.code ?? null).toBe(allowed ? null : 'INVALID_VALUE');
    expect(activationRefusal(user)?.message ?? '').toMatch(words);
    expect(awaitsConfirmation(user)).toBe(inBulk);
  });
});
