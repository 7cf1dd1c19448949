import type { SignInMethod, SignInOutcome } from '../../platform/metrics/index.js';
import { type Amr, AMR_OF_METHOD, type Method } from '../../shared/codes.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';

/** What a step of a sign-in answers, as far as it is counted. */
type Step = { session: { amr: readonly Amr[] } } | { ticket: string } | Refusal;

const METHODS = Object.keys(AMR_OF_METHOD) as Method[];

/**
 * How a step counts in the metrics. A session counts under what opened it, which may be less than was offered.
 * @param method what was tried, for a step that opened no session
 */
export function countedStep(step: Step, method: SignInMethod): [SignInOutcome, SignInMethod] {
  if (isRefusal(step)) return ['refused', method];
  if (!('session' in step)) return ['challenged', method];
  const { amr } = step.session;
  if (amr.includes('trusted-browser')) return ['succeeded', 'TRUSTED_BROWSER'];
  return ['succeeded', METHODS.find((each) => amr.includes(AMR_OF_METHOD[each])) ?? 'PASSWORD'];
}
