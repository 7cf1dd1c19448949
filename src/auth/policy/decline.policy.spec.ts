import { describe, expect, it } from '@jest/globals';
import type { DecisionOutcome } from '../../shared/codes.js';
import { mayDecline } from './decline.policy.js';
import type { Decision } from './two-factor.policy.js';

const decision = (outcome: DecisionOutcome, rule: string): Decision => ({
  outcome,
  required: true,
  methods: ['TOTP'],
  graceEndsAt: null,
  trace: [],
  reasons: [{ rule, sentence: '' }],
  sentence: '',
});
const FREE = { enrolled: false, administrator: false, canToggle: true };

describe('declining a set-up', () => {
  it.each([
    { name: 'who may toggle', outcome: 'ENROLL', rule: 'user', facts: FREE, may: true },
    {
      name: 'an administrator who may not toggle',
      outcome: 'ENROLL',
      rule: 'user',
      facts: { ...FREE, canToggle: false, administrator: true },
      may: true,
    },
    { name: 'who may not toggle', outcome: 'ENROLL', rule: 'user', facts: { ...FREE, canToggle: false }, may: false },
    {
      name: 'of whom a role requires it',
      outcome: 'ENROLL',
      rule: 'role',
      facts: { ...FREE, administrator: true },
      may: false,
    },
    { name: 'of whom a group requires it', outcome: 'ENROLL', rule: 'group-role', facts: FREE, may: false },
    {
      name: 'in grace, without the right to toggle',
      outcome: 'ENROLL_IN_GRACE',
      rule: 'role',
      facts: { ...FREE, canToggle: false },
      may: true,
    },
    {
      name: 'who has enrolled something',
      outcome: 'ENROLL',
      rule: 'user',
      facts: { ...FREE, enrolled: true },
      may: false,
    },
    { name: 'who is challenged', outcome: 'CHALLENGE', rule: 'user', facts: FREE, may: false },
    { name: 'of whom nothing is asked', outcome: 'NOT_REQUIRED', rule: '', facts: FREE, may: false },
  ] as const)('is open to $name: $may', ({ outcome, rule, facts, may }) => {
    expect(mayDecline(decision(outcome, rule), facts)).toBe(may);
  });

  it('is not open where a role is one of several reasons', () => {
    const reasons = [
      { rule: 'user', sentence: '' },
      { rule: 'role', sentence: '' },
    ];
    expect(mayDecline({ ...decision('ENROLL', 'user'), reasons }, FREE)).toBe(false);
  });
});
