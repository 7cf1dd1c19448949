import { type Decision, decide, enrollableMethods, type PolicyFacts } from '../../auth/index.js';

/** What a change means for one user. */
export interface Verdict {
  newlyRequired: boolean;
  noLongerRequired: boolean;
  mustEnroll: boolean;
  leftWithoutMethod: boolean;
  administratorLeftWithoutMethod: boolean;
}

/** Required, and with nothing to verify with and nothing to set up; also while grace still lets them in. */
const isLeft = (after: Decision, { user, organization }: PolicyFacts): boolean =>
  after.required && after.outcome !== 'CHALLENGE' && enrollableMethods(user, organization).length === 0;

export function verdictOf(before: PolicyFacts, after: PolicyFacts, administrator: boolean, now: Date): Verdict {
  const was = decide(before, now);
  const is = decide(after, now);
  const leftWithoutMethod = isLeft(is, after);
  return {
    newlyRequired: !was.required && is.required,
    noLongerRequired: was.required && !is.required,
    mustEnroll: is.outcome === 'ENROLL',
    leftWithoutMethod,
    administratorLeftWithoutMethod: leftWithoutMethod && administrator,
  };
}
