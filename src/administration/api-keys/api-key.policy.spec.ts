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
  ])('%s is given', (_name, user, request) => {
    expect(checkApiKey(user, request, NOW)).toBe('Nightly sync');
  });

  it.each([
    ['of a person', { ...service, kind: 'MEMBER' as const }, { name: 'k', expiresAt: null }],
    ['of a portal user', { ...service, kind: 'PORTAL' as const }, { name: 'k', expiresAt: null }],
    ['of somebody deactivated', { ...service, active: false }, { name: 'k', expiresAt: null }],
    ['without a name', service, { name: '  ', expiresAt: later }],
    ['with a long name', service, { name: 'k'.repeat(121), expiresAt: null }],
    ['that ends now', service, { name: 'k', expiresAt: NOW }],
    ['that ends in a year no database holds', service, { name: 'k', expiresAt: new Date(Date.UTC(10_000, 0)) }],
  ])('%s is not', (_name, user, request) => {
    const checked = checkApiKey(user, request, NOW);
    expect(isRefusal(checked) && checked.code).toBe('INVALID_VALUE');
  });
});
