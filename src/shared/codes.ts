/** The words of the contract, as values. GraphQL enums, database columns and code all use these very strings. */

export const Method = { TOTP: 'TOTP', EMAIL: 'EMAIL', SMS: 'SMS', RECOVERY_CODE: 'RECOVERY_CODE' } as const;
export type Method = (typeof Method)[keyof typeof Method];

/** A method that a factor can be of; recovery codes stand beside factors and are none. */
export type FactorMethod = Exclude<Method, 'RECOVERY_CODE'>;
/** A method whose code travels to the person. */
export type SendableMethod = 'EMAIL' | 'SMS';

export const FACTOR_METHODS = ['TOTP', 'EMAIL', 'SMS'] as const satisfies readonly FactorMethod[];

export const isSendable = (method: Method): method is SendableMethod => method === 'EMAIL' || method === 'SMS';
export const isFactorMethod = (method: Method): method is FactorMethod => method !== 'RECOVERY_CODE';

export const ApplicationKind = { WEB: 'WEB', MOBILE: 'MOBILE' } as const;
export type ApplicationKind = (typeof ApplicationKind)[keyof typeof ApplicationKind];

export const UserKind = { MEMBER: 'MEMBER', PORTAL: 'PORTAL', SERVICE: 'SERVICE' } as const;
export type UserKind = (typeof UserKind)[keyof typeof UserKind];

export const Permission = {
  USERS_READ: 'USERS_READ',
  USERS_WRITE: 'USERS_WRITE',
  ROLES_WRITE: 'ROLES_WRITE',
  SETTINGS_READ: 'SETTINGS_READ',
  SETTINGS_WRITE: 'SETTINGS_WRITE',
  AUDIT_READ: 'AUDIT_READ',
  MESSAGES_READ: 'MESSAGES_READ',
} as const;
export type Permission = (typeof Permission)[keyof typeof Permission];
export const ALL_PERMISSIONS = Object.values(Permission);

export const Visibility = { ALL: 'ALL', OWN_GROUPS: 'OWN_GROUPS' } as const;
export type Visibility = (typeof Visibility)[keyof typeof Visibility];

export const DeliveryStatus = {
  QUEUED: 'QUEUED',
  SENDING: 'SENDING',
  SENT: 'SENT',
  FAILED: 'FAILED',
  EXPIRED: 'EXPIRED',
} as const;
export type DeliveryStatus = (typeof DeliveryStatus)[keyof typeof DeliveryStatus];

export const TotpDelivery = { ON_SCREEN: 'ON_SCREEN', MAILED_LINK: 'MAILED_LINK' } as const;
export type TotpDelivery = (typeof TotpDelivery)[keyof typeof TotpDelivery];

export const DecisionOutcome = {
  NOT_REQUIRED: 'NOT_REQUIRED',
  EXEMPT: 'EXEMPT',
  CHALLENGE: 'CHALLENGE',
  ENROLL: 'ENROLL',
  ENROLL_IN_GRACE: 'ENROLL_IN_GRACE',
} as const;
export type DecisionOutcome = (typeof DecisionOutcome)[keyof typeof DecisionOutcome];

export const HardwareTokenState = { FREE: 'FREE', ASSIGNED: 'ASSIGNED', PROVEN: 'PROVEN', LOST: 'LOST' } as const;
export type HardwareTokenState = (typeof HardwareTokenState)[keyof typeof HardwareTokenState];

/** How a session was proven, in the manner of RFC 8176 authentication method references. */
export const Amr = {
  pwd: 'pwd',
  otp: 'otp',
  email: 'email',
  sms: 'sms',
  recovery: 'recovery',
  trustedBrowser: 'trusted-browser',
} as const;
export type Amr = (typeof Amr)[keyof typeof Amr];

export const AMR_OF_METHOD = {
  TOTP: 'otp',
  EMAIL: 'email',
  SMS: 'sms',
  RECOVERY_CODE: 'recovery',
} as const satisfies Record<Method, Amr>;

export const LOCALES = ['en', 'de', 'fr', 'nl', 'es'] as const;
export type Locale = (typeof LOCALES)[number];
