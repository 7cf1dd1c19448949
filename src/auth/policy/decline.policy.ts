import type { Decision } from './two-factor.policy.js';

export interface DeclineFacts {
  enrolled: boolean;
  administrator: boolean;
  canToggle: boolean;
}

/**
 * Whether 'Disable 2FA', or 'later' while in grace, is open: only at a first set-up, never against a role. Grace was
 * given by the administrator to everybody whom the role reaches, so there it needs no right to toggle.
 */
export function mayDecline(decision: Decision, facts: DeclineFacts): boolean {
  if (facts.enrolled) return false;
  if (decision.outcome === 'ENROLL_IN_GRACE') return true;
  if (decision.outcome !== 'ENROLL') return false;
  const byRole = decision.reasons.some(({ rule }) => rule === 'role' || rule === 'group-role');
  return !byRole && (facts.administrator || facts.canToggle);
}
