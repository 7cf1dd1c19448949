import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '../../shared/outcome.js';
import { checkApiKey } from './api-key.policy.js';

const NOW = new Date('2026-02-01T10:00:00Z');
const service = { kind: 'SERVICE', active: true } as const;
const later = new Date(NOW.getTime() + 1);

describe('an API key', () => {
  it.each([
    ['without an end', service, { name: ' Nightly  sync ', expiresAt: null }],
    ['with an end', service, { name: 'Nightly sync', expiresAt: later }],
    ['with the last end', service, { name: 'Nightly sync', expiresAt: new Date('9999-12-31T23:59:59Z') }],
  ])('%s is given', (_name, user, request) => {
    expect(checkApiKey(user, request, NOW)).toBe('Nightly sync');
  });

  it.each([
    ['of a person', { ...service, kind: 'MEMBER' as const }, { name: 'k', expiresAt: null }, /service users/],
    ['of a portal user', { ...service, kind: 'PORTAL' as const }, { name: 'k', expiresAt: null }, /service users/],
    ['of somebody deactivated', { ...service, active: false }, { name: 'k', expiresAt: null }, /deactivated/],
    ['without a name', service, { name: '  ', expiresAt: later }, /name/],
    ['with a long name', service, { name: 'k'.repeat(121), expiresAt: null }, /name/],
    ['that ends now', service, { name: 'k', expiresAt: NOW }, /in the future/],
    ['that ends in a year no database holds', service, { name: 'k', expiresAt: new Date(8e15) }, /in the future/],
  ])('%s is not', (_name, user, request, words) => {
    const checked = checkApiKey(user, request, NOW);
    expect(isRefusal(checked) && checked.code).toBe('INVALID_VALUE');
    expect(isRefusal(checked) && checked.message).toMatch(words);
  });
});
