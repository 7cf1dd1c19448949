import type { ApplicationKind, DecisionOutcome, FactorMethod, Method, UserKind } from '../../shared/codes.js';
import { enrollableMethods, type MethodFacts, usableMethods } from './methods.policy.js';
import { graceOf, type RoleFact } from './grace.policy.js';
import { RULES, type Verdict } from './rules.policy.js';

/** All that the decision looks at. Whoever calls it has read these; nothing else can matter. */
export interface PolicyFacts {
  organization: {
    enabled: boolean;
    suspendedUntil: Date | null;
    methods: readonly FactorMethod[];
    coverMobileApps: boolean;
    exemptPortalUsers: boolean;
    /** A text-message gateway is described. */
    canText: boolean;
    allowedPrefixes: readonly string[];
  };
  /** What the caller has proven to be. */
  application: ApplicationKind;
  user: {
    kind: UserKind;
    /** 'Use 2FA'. */
    useTwoFactor: boolean;
    requirementReachedAt: Date | null;
    preferred: FactorMethod | null;
  } & MethodFacts;
  /** The roles that require a second factor, in every way in which the user holds them. */
  requiringRoles: readonly RoleFact[];
}

export interface TraceStep {
  rule: string;
  holds: boolean;
  decisive: boolean;
  sentence: string;
}

export interface Reason {
  rule: string;
  sentence: string;
}

export interface Decision {
  outcome: DecisionOutcome;
  required: boolean;
  /** To verify with (CHALLENGE) or to enroll (ENROLL, ENROLL_IN_GRACE), in the order to offer them. */
  methods: Method[];
  graceEndsAt: Date | null;
  trace: TraceStep[];
  /** Why, and why enrolling may wait. */
  reasons: Reason[];
  /** The whole in one sentence. */
  sentence: string;
}

const WORDS = {
  NOT_REQUIRED: 'No second factor is asked for.',
  EXEMPT: 'No second factor is asked for, by way of an exemption.',
  CHALLENGE: 'A second factor is asked for at every sign-in.',
  ENROLL: 'A second factor has to be set up before the sign-in can be finished.',
  ENROLL_IN_GRACE: 'A second factor has to be set up, and may be put off for now.',
} as const satisfies Record<DecisionOutcome, string>;

const ends: Record<Exclude<Verdict, 'required'>, DecisionOutcome> = {
  'not-required': 'NOT_REQUIRED',
  exempt: 'EXEMPT',
};

/**
 * Who must give a second factor, and by what. Pure: the same facts give the same answer, and the trace that explains
 * it is the very walk that made it.
 */
export function decide(facts: PolicyFacts, now: Date): Decision {
  const trace: TraceStep[] = [];
  let verdict: Verdict = 'not-required';
  for (const rule of RULES) {
    const step = rule(facts, now);
    const decisive = step.holds && !trace.some((earlier) => earlier.decisive);
    trace.push({ rule: step.rule, holds: step.holds, decisive, sentence: step.sentence });
    if (decisive) {
      verdict = step.verdict;
      break;
    }
  }
  const decisive = trace.filter((step) => step.decisive).map(({ rule, sentence }) => ({ rule, sentence }));
  if (verdict !== 'required') return settled(ends[verdict], [], null, trace, decisive);

  const usable = usableMethods(facts.user, facts.organization, facts.user.preferred);
  if (usable.length > 0) return settled('CHALLENGE', usable, null, trace, decisive);

  const enrollable = enrollableMethods(facts.user, facts.organization);
  const graceEndsAt = graceOf(facts.requiringRoles, facts.user.requirementReachedAt, now, decisive[0]?.rule);
  if (graceEndsAt === null) return settled('ENROLL', enrollable, null, trace, decisive);
  const grace = { rule: 'grace', sentence: `Setting it up can be put off until ${graceEndsAt.toISOString()}.` };
  return settled('ENROLL_IN_GRACE', enrollable, graceEndsAt, trace, [...decisive, grace]);
}

function settled(
  outcome: DecisionOutcome,
  methods: Method[],
  graceEndsAt: Date | null,
  trace: TraceStep[],
  reasons: Reason[],
): Decision {
  const required = outcome !== 'NOT_REQUIRED' && outcome !== 'EXEMPT';
  const sentence = [...reasons.map((reason) => reason.sentence), WORDS[outcome]].join(' ');
  return { outcome, required, methods, graceEndsAt, trace, reasons, sentence };
}
