import type { DecisionOutcome } from '../../shared/codes.js';

/**
 * The whole of signing in, as data. The services ask it what is open in a state, the reachability test walks it, and
 * docs/sign-in.mmd is drawn from it. A ticket's state is never stored: policy decides it anew at every step.
 */
export const STATES = [
  'password',
  'second-factor',
  'enrollment',
  'enrollment-in-grace',
  'not-required',
  'signed-in',
  'refused',
] as const;
export type SignInState = (typeof STATES)[number];

export const EVENTS = [
  'login',
  'sendCode',
  'verify',
  'requestTotpReset',
  'openEnrollmentLink',
  'startEnrollment',
  'confirmEnrollment',
  'declineEnrollment',
] as const;
export type SignInEvent = (typeof EVENTS)[number];

export interface Transition {
  from: SignInState;
  on: SignInEvent;
  /** In which case; shown in the diagram. */
  when: string;
  to: SignInState;
}

export const TRANSITIONS: readonly Transition[] = [
  { from: 'password', on: 'login', when: 'wrong, unknown, inactive or throttled', to: 'refused' },
  { from: 'password', on: 'login', when: 'right, none required or trusted browser', to: 'signed-in' },
  { from: 'password', on: 'login', when: 'right, a factor is held', to: 'second-factor' },
  { from: 'password', on: 'login', when: 'right, none is held', to: 'enrollment' },
  { from: 'password', on: 'login', when: 'right, none is held, grace lasts', to: 'enrollment-in-grace' },

  { from: 'second-factor', on: 'sendCode', when: 'a code is on its way', to: 'second-factor' },
  { from: 'second-factor', on: 'requestTotpReset', when: 'a link is on its way', to: 'second-factor' },
  { from: 'second-factor', on: 'openEnrollmentLink', when: 'of the same user, once', to: 'second-factor' },
  { from: 'second-factor', on: 'confirmEnrollment', when: 'the new app is proven', to: 'signed-in' },
  { from: 'second-factor', on: 'verify', when: 'right', to: 'signed-in' },
  { from: 'second-factor', on: 'verify', when: 'wrong, tries left', to: 'second-factor' },
  { from: 'second-factor', on: 'verify', when: 'tries used up', to: 'refused' },

  ...(['enrollment', 'enrollment-in-grace'] as const).flatMap((from): Transition[] => [
    { from, on: 'startEnrollment', when: 'QR code, code or link', to: from },
    { from, on: 'openEnrollmentLink', when: 'of the same user, once', to: from },
    { from, on: 'confirmEnrollment', when: 'right', to: 'signed-in' },
    { from, on: 'confirmEnrollment', when: 'wrong, tries left', to: from },
    { from, on: 'confirmEnrollment', when: 'tries used up', to: 'refused' },
    { from, on: 'verify', when: 'first right code of an assigned hard token', to: 'signed-in' },
    { from, on: 'declineEnrollment', when: 'allowed', to: 'signed-in' },
  ]),

  { from: 'not-required', on: 'verify', when: 'policy asks for none any more', to: 'signed-in' },
  { from: 'not-required', on: 'declineEnrollment', when: 'policy asks for none any more', to: 'signed-in' },
];

const STATE_OF = {
  NOT_REQUIRED: 'not-required',
  EXEMPT: 'not-required',
  CHALLENGE: 'second-factor',
  ENROLL: 'enrollment',
  ENROLL_IN_GRACE: 'enrollment-in-grace',
} as const satisfies Record<DecisionOutcome, SignInState>;

export const stateOf = (outcome: DecisionOutcome): SignInState => STATE_OF[outcome];

/** Whether an operation is open to a ticket in this state. */
export const isOpen = (state: SignInState, event: SignInEvent): boolean =>
  TRANSITIONS.some(({ from, on }) => from === state && on === event);
