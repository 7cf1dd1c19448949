import type { Amr } from '../../shared/codes.js';
import type { Decision } from './two-factor.policy.js';

const SECOND_FACTORS: readonly Amr[] = ['otp', 'email', 'sms', 'recovery', 'trusted-browser'];

/** Whether a session that was proven in this way is what policy, as it stands now, demands. */
export function stillEnough(decision: Decision, amr: readonly Amr[]): boolean {
  if (!decision.required || decision.outcome === 'ENROLL_IN_GRACE') return true;
  return amr.some((method) => SECOND_FACTORS.includes(method));
}
