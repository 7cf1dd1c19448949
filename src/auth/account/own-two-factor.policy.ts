import type { FactorMethod, Method } from '../../shared/codes.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import { decide, type PolicyFacts } from '../policy/two-factor.policy.js';

/** What a person may do to their own two-factor authentication; null where they may. */

const requiredByRole = (facts: PolicyFacts, now: Date): boolean =>
  decide(facts, now).reasons.some(({ rule }) => rule === 'role' || rule === 'group-role');

const without = (facts: PolicyFacts, method: FactorMethod): PolicyFacts => ({
  ...facts,
  user: {
    ...facts.user,
    enrolled: facts.user.enrolled.filter((each) => each !== method),
    disabled: facts.user.disabled.filter((each) => each !== method),
  },
});

/** 'Use 2FA' YES or NO. NO also takes the factors away, as the button 'Disable' does. */
export function useRefusal(use: boolean, canToggle: boolean, facts: PolicyFacts, now: Date): Refusal | null {
  if (!canToggle) return refuse('TOGGLE_NOT_ALLOWED');
  if (!use && requiredByRole(facts, now)) return refuse('REQUIRED_BY_POLICY');
  return null;
}

/** The last factor stays where a factor is required; and taking it away is switching off, which needs the right to. */
export function removeRefusal(method: FactorMethod, canToggle: boolean, facts: PolicyFacts, now: Date): Refusal | null {
  const before = decide(facts, now);
  const after = decide(without(facts, method), now);
  if (after.required && after.outcome !== 'CHALLENGE') return refuse('REQUIRED_BY_POLICY');
  if (before.required && !after.required && !canToggle) return refuse('TOGGLE_NOT_ALLOWED');
  return null;
}

/** 'Reset 2FA' never switches it off: the next sign-in enrolls anew. Only there must be something to reset. */
export function resetRefusal(facts: PolicyFacts, canToggle: boolean, now: Date): Refusal | null {
  if (facts.user.enrolled.length === 0) {
    return refuse('INVALID_VALUE', { message: 'There is no second factor to reset.' });
  }
  // Without a right to toggle, "Use 2FA" stays as the administrator set it; where it is NO, a reset would end it all.
  return canToggle || !resetTurnsOn(facts, now) ? null : refuse('TOGGLE_NOT_ALLOWED');
}

/** Whether "Use 2FA" has to become YES, so that somebody who had enrolled of their own accord enrolls anew. */
export function resetTurnsOn(facts: PolicyFacts, now: Date): boolean {
  const bare: PolicyFacts = { ...facts, user: { ...facts.user, enrolled: [], disabled: [] } };
  return !decide(bare, now).required;
}

export function preferRefusal(method: Method, facts: PolicyFacts): Refusal | null {
  const { user, organization } = facts;
  if (method === 'RECOVERY_CODE' || !organization.methods.includes(method)) return refuse('METHOD_NOT_ALLOWED');
  if (method === 'EMAIL' && !user.emailConfirmed) return refuse('EMAIL_NOT_CONFIRMED');
  if (method === 'SMS' && user.phone?.confirmed !== true) return refuse('PHONE_NOT_CONFIRMED');
  return method === 'TOTP' && !user.enrolled.includes('TOTP') ? refuse('METHOD_NOT_ALLOWED') : null;
}
