import { describe, expect, it } from '@jest/globals';
import type { Amr, DecisionOutcome } from '../../shared/codes.js';
import { stillEnough } from './session.policy.js';

const decided = (outcome: DecisionOutcome) => ({
  outcome,
  required: outcome !== 'NOT_REQUIRED' && outcome !== 'EXEMPT',
  methods: [],
  graceEndsAt: null,
  trace: [],
  reasons: [],
  sentence: '',
});

describe('a session that policy looks at again', () => {
  it.each<[Amr[], DecisionOutcome, boolean]>([
    [['pwd'], 'NOT_REQUIRED', true],
    [['pwd'], 'EXEMPT', true],
    [['pwd'], 'ENROLL_IN_GRACE', true],
    [['pwd'], 'ENROLL', false],
    [['pwd'], 'CHALLENGE', false],
    [['pwd', 'otp'], 'CHALLENGE', true],
    [['pwd', 'email'], 'CHALLENGE', true],
    [['pwd', 'sms'], 'CHALLENGE', true],
    [['pwd', 'recovery'], 'CHALLENGE', true],
    [['pwd', 'trusted-browser'], 'CHALLENGE', true],
    [[], 'CHALLENGE', false],
  ])('proven by %j, with %s: enough is %s', (amr, outcome, enough) => {
    expect(stillEnough(decided(outcome), amr)).toBe(enough);
  });
});
