import { describe, expect, it } from '@jest/globals';
import type { PolicyFacts } from '../../auth/index.js';
import { verdictOf } from './verdict.policy.js';

const NOW = new Date('2026-03-02T09:00:00.000Z');

const facts = (
  organization: Partial<PolicyFacts['organization']> = {},
  user: Partial<PolicyFacts['user']> = {},
): PolicyFacts => ({
  organization: {
    enabled: true,
    suspendedUntil: null,
    methods: ['TOTP'],
    coverMobileApps: true,
    exemptPortalUsers: true,
    canText: false,
    allowedPrefixes: [],
    ...organization,
  },
  application: 'WEB',
  user: {
    kind: 'MEMBER',
    useTwoFactor: true,
    requirementReachedAt: null,
    preferred: null,
    enrolled: [],
    disabled: [],
    emailConfirmed: false,
    phone: null,
    recoveryCodesLeft: 0,
    ...user,
  },
  requiringRoles: [],
});
const NOTHING = {
  newlyRequired: false,
  noLongerRequired: false,
  mustEnroll: false,
  leftWithoutMethod: false,
  administratorLeftWithoutMethod: false,
};
const off = facts({ enabled: false });
const enrolled = { enrolled: ['TOTP' as const] };

describe('what a change means for one user', () => {
  it.each([
    ['nothing, where nothing changes', facts({}, enrolled), facts({}, enrolled), false, NOTHING],
    [
      'asked from now on, with something in hand',
      facts({ enabled: false }, enrolled),
      facts({}, enrolled),
      false,
      { ...NOTHING, newlyRequired: true },
    ],
    [
      'asked from now on, with something to set up',
      off,
      facts(),
      false,
      { ...NOTHING, newlyRequired: true, mustEnroll: true },
    ],
    ['still to be set up', facts(), facts(), false, { ...NOTHING, mustEnroll: true }],
    [
      'asked no more',
      facts({}, enrolled),
      facts({ enabled: false }, enrolled),
      false,
      { ...NOTHING, noLongerRequired: true },
    ],
    [
      'left without a method',
      facts(),
      facts({ methods: ['SMS'] }),
      false,
      { ...NOTHING, mustEnroll: true, leftWithoutMethod: true },
    ],
    [
      'an administrator left without one',
      facts(),
      facts({ methods: ['SMS'] }),
      true,
      { ...NOTHING, mustEnroll: true, leftWithoutMethod: true, administratorLeftWithoutMethod: true },
    ],
    ['an administrator who is not', facts(), facts(), true, { ...NOTHING, mustEnroll: true }],
    [
      'not left: nothing is asked',
      facts(),
      facts({ enabled: false, methods: ['SMS'] }),
      true,
      { ...NOTHING, noLongerRequired: true },
    ],
    [
      'not left: what is held still serves',
      facts({}, enrolled),
      facts({ methods: ['TOTP', 'SMS'] }, enrolled),
      true,
      NOTHING,
    ],
  ])('%s', (_name, before, after, administrator, expected) => {
    expect(verdictOf(before, after, administrator, NOW)).toEqual(expected);
  });

  it('left also while grace still lets them in', () => {
    const roles = [{ name: 'Sales', everyones: false, group: null, graceDays: 3, reachedAt: NOW }];
    const after = { ...facts({ methods: ['SMS'] }), requiringRoles: roles };
    expect(verdictOf(facts(), after, false, NOW)).toEqual({ ...NOTHING, leftWithoutMethod: true });
  });

  it('not left, where what is held serves though nothing could be set up', () => {
    const texts = { methods: ['SMS' as const], canText: true };
    const holder = facts(texts, { phone: { confirmed: true, prefixAllowed: true } });
    expect(verdictOf(holder, holder, true, NOW)).toEqual(NOTHING);
  });
});
