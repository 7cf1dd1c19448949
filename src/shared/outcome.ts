/**
 * Outcomes that a correct client must expect are values, never exceptions. A use case returns `T | Refusal`, and the
 * compiler makes its caller look. Bugs and broken dependencies are exceptions (see api-error.ts).
 */

const SENTENCES = {
  INVALID_CREDENTIALS: 'The e-mail address or the password is not right.',
  OTP_INVALID: 'Otp invalid!',
  TICKET_INVALID: 'This sign-in has expired or was finished already. Please sign in again.',
  TOO_MANY_ATTEMPTS: 'Too many attempts. Please wait before you try again.',
  METHOD_NOT_ALLOWED: 'This method cannot be used here.',
  ALREADY_ENROLLED: 'A second factor of this kind is already set up.',
  ENROLLMENT_INVALID: 'This set-up has expired or was finished already. Please start it again.',
  LINK_INVALID: 'This link has expired, was used already, or is not meant for this account.',
  DECLINE_NOT_ALLOWED: 'A second factor is required here and cannot be declined.',
  RESEND_TOO_SOON: 'A code was sent a moment ago. Please wait before you ask for another.',
  DELIVERY_UNAVAILABLE: 'Messages of this kind cannot be sent at the moment.',
  EMAIL_NOT_CONFIRMED: 'This e-mail address has not been confirmed yet.',
  PHONE_NOT_CONFIRMED: 'This phone number has not been confirmed yet.',
  TOGGLE_NOT_ALLOWED: 'Your administrator decides about two-factor authentication for this account.',
  REQUIRED_BY_POLICY: 'A second factor is required of this account, so the last one cannot be taken away.',
  EMAIL_TAKEN: 'Another account uses this e-mail address.',
  NAME_TAKEN: 'This name is taken.',
  WEAK_PASSWORD: 'This password is too easy to guess.',
  IN_USE: 'This is still in use.',
  BUILT_IN: 'This is built in and cannot be changed in that way.',
  WOULD_LOCK_OUT_ADMINISTRATORS: 'This change would leave no active administrator who is able to sign in.',
  NOT_GRANTABLE: 'Nobody can grant, or act on, permissions that they do not hold themselves.',
  INVALID_VALUE: 'One of the values is not valid.',
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof SENTENCES;
export const REFUSAL_CODES = Object.keys(SENTENCES) as RefusalCode[];

export interface RefusalDetails {
  /** Replaces the default sentence; must be fit to be shown to the person. */
  message?: string;
  /** The earliest time at which trying again makes sense. */
  retryAt?: Date;
  attemptsLeft?: number;
}

export class Refusal {
  readonly message: string;
  readonly retryAt: Date | undefined;
  readonly attemptsLeft: number | undefined;

  constructor(
    readonly code: RefusalCode,
    details: RefusalDetails = {},
  ) {
    this.message = details.message ?? SENTENCES[code];
    this.retryAt = details.retryAt;
    this.attemptsLeft = details.attemptsLeft;
  }
}

export const refuse = (code: RefusalCode, details?: RefusalDetails): Refusal => new Refusal(code, details);
export const isRefusal = (value: unknown): value is Refusal => value instanceof Refusal;

const recorded = new WeakSet<Refusal>();

/** Notes that the audit has this refusal, with all that was known of it; the edge records those that nobody has. */
export function asRecorded(refusal: Refusal): Refusal {
  recorded.add(refusal);
  return refusal;
}
export const isRecorded = (refusal: Refusal): boolean => recorded.has(refusal);
