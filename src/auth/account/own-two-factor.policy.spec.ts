import { describe, expect, it } from '@jest/globals';
import type { PolicyFacts } from '../policy/two-factor.policy.js';
import { preferRefusal, removeRefusal, resetRefusal, resetTurnsOn, useRefusal } from './own-two-factor.policy.js';

const NOW = new Date('2026-03-02T09:00:00.000Z');
const FACTS: PolicyFacts = {
  organization: {
    enabled: true,
    suspendedUntil: null,
    methods: ['TOTP', 'EMAIL'],
    coverMobileApps: true,
    exemptPortalUsers: true,
    canText: false,
    allowedPrefixes: [],
  },
  application: 'WEB',
  user: {
    kind: 'MEMBER',
    useTwoFactor: false,
    requirementReachedAt: null,
    preferred: null,
    enrolled: ['TOTP'],
    disabled: [],
    emailConfirmed: false,
    phone: null,
    recoveryCodesLeft: 0,
  },
  requiringRoles: [],
};
const ROLE = { name: 'All', everyones: true, group: null, graceDays: 0, reachedAt: NOW };
const byRole: PolicyFacts = { ...FACTS, requiringRoles: [ROLE] };
const byGroup: PolicyFacts = { ...FACTS, requiringRoles: [{ ...ROLE, everyones: false, group: 'Finance' }] };
const user = (change: Partial<PolicyFacts['user']>): PolicyFacts => ({ ...FACTS, user: { ...FACTS.user, ...change } });
const code = (refusal: { code: string } | null): string => refusal?.code ?? 'allowed';

describe("one's own two-factor authentication", () => {
  it.each([
    { name: 'on', use: true, canToggle: true, facts: FACTS, expected: 'allowed' },
    { name: 'off', use: false, canToggle: true, facts: FACTS, expected: 'allowed' },
    { name: 'on without the right', use: true, canToggle: false, facts: FACTS, expected: 'TOGGLE_NOT_ALLOWED' },
    { name: 'off against a role', use: false, canToggle: true, facts: byRole, expected: 'REQUIRED_BY_POLICY' },
    { name: 'off against a group', use: false, canToggle: true, facts: byGroup, expected: 'REQUIRED_BY_POLICY' },
    {
      name: 'off against a role that still gives grace',
      use: false,
      canToggle: true,
      facts: { ...user({ enrolled: [] }), requiringRoles: [{ ...ROLE, graceDays: 3 }] },
      expected: 'REQUIRED_BY_POLICY',
    },
  ])('may be switched $name: $expected', ({ use, canToggle, facts, expected }) => {
    expect(code(useRefusal(use, canToggle, facts, NOW))).toBe(expected);
  });

  it.each([
    { name: 'the last, of one who enrolled alone', canToggle: true, facts: FACTS, expected: 'allowed' },
    { name: 'the last, without the right to toggle', canToggle: false, facts: FACTS, expected: 'TOGGLE_NOT_ALLOWED' },
    { name: 'the last, against a role', canToggle: true, facts: byRole, expected: 'REQUIRED_BY_POLICY' },
    {
      name: 'the last, while "Use 2FA" is YES',
      canToggle: true,
      facts: user({ useTwoFactor: true }),
      expected: 'REQUIRED_BY_POLICY',
    },
    {
      name: 'one of two',
      canToggle: false,
      facts: user({ useTwoFactor: true, enrolled: ['TOTP', 'EMAIL'], emailConfirmed: true }),
      expected: 'allowed',
    },
    {
      name: 'one of two that were both set up alone',
      canToggle: false,
      facts: user({ enrolled: ['TOTP', 'EMAIL'], emailConfirmed: true }),
      expected: 'allowed',
    },
    {
      name: 'one of two, the other disabled',
      canToggle: true,
      facts: user({
        useTwoFactor: true,
        enrolled: ['TOTP', 'EMAIL'],
        disabled: ['TOTP', 'EMAIL'],
        emailConfirmed: true,
      }),
      expected: 'REQUIRED_BY_POLICY',
    },
  ])('lets a factor go ($name): $expected', ({ canToggle, facts, expected }) => {
    expect(code(removeRefusal('TOTP', canToggle, facts, NOW))).toBe(expected);
  });

  it('a disabled factor may go where its confirmed address serves', () => {
    const facts = user({ useTwoFactor: true, enrolled: ['EMAIL'], disabled: ['EMAIL'], emailConfirmed: true });
    expect(code(removeRefusal('EMAIL', true, facts, NOW))).toBe('allowed');
  });

  it('says that there is nothing to reset', () => {
    expect(resetRefusal(user({ enrolled: [] }), true, NOW)?.message).toBe('There is no second factor to reset.');
  });

  it.each([
    { name: 'for a new phone', canToggle: true, facts: FACTS, expected: 'allowed' },
    { name: 'with nothing to reset', canToggle: true, facts: user({ enrolled: [] }), expected: 'INVALID_VALUE' },
    {
      name: 'without the right, where it is required anyway',
      canToggle: false,
      facts: user({ useTwoFactor: true }),
      expected: 'allowed',
    },
    {
      name: 'without the right, where it would switch "Use 2FA"',
      canToggle: false,
      facts: FACTS,
      expected: 'TOGGLE_NOT_ALLOWED',
    },
  ])('may be reset $name: $expected', ({ canToggle, facts, expected }) => {
    expect(code(resetRefusal(facts, canToggle, NOW))).toBe(expected);
  });

  it('is switched to YES by a reset only where nothing else would ask at the next sign-in', () => {
    expect(resetTurnsOn(FACTS, NOW)).toBe(true);
    expect(resetTurnsOn(byRole, NOW)).toBe(false);
    expect(resetTurnsOn(user({ useTwoFactor: true }), NOW)).toBe(false);
  });

  it.each([
    { phone: null, expected: 'PHONE_NOT_CONFIRMED' },
    { phone: { confirmed: false, prefixAllowed: true }, expected: 'PHONE_NOT_CONFIRMED' },
    { phone: { confirmed: true, prefixAllowed: true }, expected: 'allowed' },
  ])('prefers texts to $phone: $expected', ({ phone, expected }) => {
    const texting = {
      ...user({ phone, enrolled: [] }),
      organization: { ...FACTS.organization, methods: ['SMS' as const] },
    };
    expect(code(preferRefusal('SMS', texting))).toBe(expected);
  });

  it.each([
    { method: 'TOTP', facts: FACTS, expected: 'allowed' },
    { method: 'TOTP', facts: user({ enrolled: [] }), expected: 'METHOD_NOT_ALLOWED' },
    { method: 'EMAIL', facts: FACTS, expected: 'EMAIL_NOT_CONFIRMED' },
    { method: 'EMAIL', facts: user({ emailConfirmed: true }), expected: 'allowed' },
    { method: 'EMAIL', facts: user({ emailConfirmed: true, enrolled: [] }), expected: 'allowed' },
    { method: 'SMS', facts: FACTS, expected: 'METHOD_NOT_ALLOWED' },
    { method: 'RECOVERY_CODE', facts: FACTS, expected: 'METHOD_NOT_ALLOWED' },
  ] as const)('prefers $method: $expected', ({ method, facts, expected }) => {
    expect(code(preferRefusal(method, facts))).toBe(expected);
  });
});
