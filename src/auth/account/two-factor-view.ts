import type { FactorEntity } from '../../otp/index.js';
import { maskEmail, maskPhone } from '../../shared/mask.js';
import type { UserPolicy } from '../policy/facts.loader.js';
import type { Decision } from '../policy/two-factor.policy.js';
import type { FactorType, UserTwoFactorType } from './two-factor.types.js';

export function factorView({ id, method, destination, confirmedAt, lastUsedAt }: FactorEntity): FactorType {
  const masked = destination === null ? null : method === 'EMAIL' ? maskEmail(destination) : maskPhone(destination);
  return { id, method, destination: masked, confirmedAt, lastUsedAt };
}

/** What the profile shows, to the person and to an administrator alike: never a secret. */
export function twoFactorView(policy: UserPolicy, decision: Decision, now: Date): UserTwoFactorType {
  const { user, factors, recoveryCodesLeft } = policy;
  return {
    use: user.useTwoFactor,
    canToggle: user.canToggleTwoFactor,
    required: decision.required,
    reasons: decision.reasons,
    enrolled: factors.length > 0,
    factors: factors.map(factorView),
    preferred: user.preferredMethod,
    recoveryCodesLeft,
    lockedUntil: user.lockedUntil !== null && user.lockedUntil > now ? user.lockedUntil : null,
  };
}
