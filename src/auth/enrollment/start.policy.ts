import type { FactorMethod, Method } from '../../shared/codes.js';
import { isFactorMethod } from '../../shared/codes.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import type { MethodFacts } from '../policy/methods.policy.js';
import { enrollableMethods } from '../policy/methods.policy.js';

export interface StartFacts {
  /** With a ticket, or signed in. */
  signingIn: boolean;
  required: boolean;
  canToggle: boolean;
  /** What the decision lets this ticket enroll. */
  offered: readonly Method[];
  organization: { methods: readonly FactorMethod[]; canText: boolean };
  user: MethodFacts;
}

/** Whether setting up this method may begin; null where it may. */
export function startRefusal(method: Method, facts: StartFacts): Refusal | null {
  if (!isFactorMethod(method)) return refuse('METHOD_NOT_ALLOWED');
  if (facts.signingIn) return facts.offered.includes(method) ? null : refuse('METHOD_NOT_ALLOWED');
  // What policy requires may always be set up; turning it on for oneself is what "Can toggle" is about.
  if (!facts.required && !facts.canToggle) return refuse('TOGGLE_NOT_ALLOWED');
  if (facts.user.enrolled.includes(method)) return refuse('ALREADY_ENROLLED');
  return enrollableMethods(facts.user, facts.organization).includes(method) ? null : refuse('METHOD_NOT_ALLOWED');
}
