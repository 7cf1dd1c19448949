/** How large a document may be. A full introspection query fits into all of them. */
export const LIMITS = {
  /** Fields inside of fields; what lies under `__schema` and `__type` is not counted (graphql bounds it by itself). */
  depth: 8,
  aliases: 20,
  /** Top-level fields of an operation. */
  rootFields: 10,
  /** All fields, each fragment counted wherever it is spread. */
  fields: 500,
  directives: 20,
  /**
   * Fields that an answer may hold: each counts once, times the `first` of the lists around it. A page of 200 people
   * with every field there is stays below 10 000; two of them in one document do not fit.
   */
  cost: 12_000,
} as const;

export type LimitName = keyof typeof LIMITS | 'signInSteps';

/** Lexical tokens. The parser gives up there, before anything is built of a document that is far too large. */
export const MAX_TOKENS = 2_000;

/** Validation stops after this many errors: pathological documents would have thousands. */
export const MAX_VALIDATION_ERRORS = 20;

/**
 * Steps of a sign-in, each of which tries a secret, sends a code or gives out credentials. Two in one document would
 * get around what is counted and bounded by request: guesses, sends, and the time between them.
 */
export const SIGN_IN_STEPS: ReadonlySet<string> = new Set([
  'login',
  'sendCode',
  'verify',
  'refresh',
  'startEnrollment',
  'openEnrollmentLink',
  'confirmEnrollment',
  'declineEnrollment',
  'requestTotpReset',
  'reauthenticate',
  'sendReauthenticationCode',
  'confirmEmail',
  'changePassword',
]);
