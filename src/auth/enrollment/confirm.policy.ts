import type { EnrollmentEntity } from '../../otp/index.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import type { EnrollmentContext } from './enrollment-door.js';

type EnrollmentFacts = Pick<
  EnrollmentEntity,
  'userId' | 'ticketId' | 'sessionId' | 'method' | 'replaces' | 'linkHash' | 'linkOpenedAt'
>;

/** Whether this enrollment may be confirmed at this door; null where it may. */
export function confirmRefusal(
  enrollment: EnrollmentFacts | null,
  { user, signIn, sessionId, decision, settings, policy }: EnrollmentContext,
): Refusal | null {
  if (enrollment?.userId !== user.id) return refuse('ENROLLMENT_INVALID');
  // Bound to the door it began at: neither another ticket nor another session of the same user finishes it.
  if (signIn !== null ? enrollment.ticketId !== signIn.ticket.id : enrollment.sessionId !== sessionId) {
    return refuse('ENROLLMENT_INVALID');
  }
  if (enrollment.linkHash !== null && enrollment.linkOpenedAt === null) return refuse('ENROLLMENT_INVALID');
  if (signIn === null) {
    if (policy.facts.user.enrolled.includes(enrollment.method)) return refuse('ALREADY_ENROLLED');
    if (!decision.required && !user.canToggleTwoFactor) return refuse('TOGGLE_NOT_ALLOWED');
    return settings.methods.includes(enrollment.method) ? null : refuse('METHOD_NOT_ALLOWED');
  }
  if (enrollment.replaces) {
    return decision.outcome === 'CHALLENGE' && settings.totpResetByMail ? null : refuse('ENROLLMENT_INVALID');
  }
  // While a factor is held, a ticket is for giving it and not for adding another.
  if (decision.outcome === 'CHALLENGE') return refuse('ALREADY_ENROLLED');
  return decision.methods.includes(enrollment.method) ? null : refuse('METHOD_NOT_ALLOWED');
}
