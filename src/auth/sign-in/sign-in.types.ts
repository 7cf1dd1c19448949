import { createUnionType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { RefusedType } from '../../platform/graphql/index.js';
import { DeliveryStatus, Method } from '../../shared/codes.js';
import { isRefusal } from '../../shared/outcome.js';
import { UserType } from '../../users/index.js';
import { PolicyReasonType } from '../policy/policy.types.js';

@InputType()
export class ApplicationCredentials {
  @Field(() => ID) id: string;
  @Field(() => String) secret: string;
}

@InputType()
export class LoginInput {
  @Field(() => String) email: string;
  @Field(() => String) password: string;
  @Field(() => ApplicationCredentials, {
    nullable: true,
    description: 'Proves which registered application this is; without it the caller is treated as WEB.',
  })
  application?: ApplicationCredentials | null;
  @Field(() => String, { nullable: true, description: 'From an earlier verify with rememberBrowser.' })
  trustedBrowserToken?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Keep me signed in. Has no effect once a second factor is required of this user.',
  })
  rememberMe?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Put the session in HttpOnly cookies instead of the answer.',
  })
  useCookies?: boolean | null;
}

@ObjectType('SignedIn')
export class SignedInType {
  @Field(() => UserType) user: UserType;
  @Field(() => String, { nullable: true, description: 'Null when the session is in cookies.' })
  accessToken: string | null;
  @Field(() => Date) accessTokenExpiresAt: Date;
  @Field(() => String, { nullable: true, description: 'Null when the session is in cookies.' })
  refreshToken: string | null;
  @Field(() => Date) sessionExpiresAt: Date;
  @Field(() => [String], {
    description:
      "How this session was proven: 'pwd', 'otp', 'email', 'sms', 'recovery', 'trusted-browser' (RFC 8176 style).",
  })
  amr: string[];
  @Field(() => String, {
    nullable: true,
    description: 'Set when rememberBrowser was asked for and allowed; null when in cookies.',
  })
  trustedBrowserToken: string | null;
  @Field(() => [String], {
    nullable: true,
    description: "Shown once, when this sign-in completed the user's first enrollment.",
  })
  recoveryCodes: string[] | null;
}

@ObjectType('MethodOption')
export class MethodOptionType {
  @Field(() => Method) method: Method;
  @Field(() => String, {
    nullable: true,
    description: "Masked, e.g. 'j•••@example.com'; null for TOTP and RECOVERY_CODE.",
  })
  destination: string | null;
}

@ObjectType('SecondFactorRequired')
export class SecondFactorRequiredType {
  @Field(() => String, {
    description: 'Proof that the password step passed. Good only for the operations that take a ticket.',
  })
  ticket: string;
  @Field(() => Date) ticketExpiresAt: Date;
  @Field(() => [MethodOptionType], { description: 'What this user may verify with now, in the order to offer it.' })
  methods: MethodOptionType[];
  @Field(() => Method) preferred: Method;
  @Field(() => [PolicyReasonType], { description: 'Why a second factor is asked for, in plain sentences.' })
  reasons: PolicyReasonType[];
  @Field(() => Int, {
    nullable: true,
    description: "For how many days 'remember this browser' lasts; null where it is not offered.",
  })
  rememberBrowserDays: number | null;
  @Field(() => Boolean) canResetTotpByMail: boolean;
}

@ObjectType('EnrollmentRequired')
export class EnrollmentRequiredType {
  @Field(() => String) ticket: string;
  @Field(() => Date) ticketExpiresAt: Date;
  @Field(() => [MethodOptionType]) methods: MethodOptionType[];
  @Field(() => [PolicyReasonType]) reasons: PolicyReasonType[];
  @Field(() => Boolean, { description: 'Whether declineEnrollment is open to this user now.' }) canDecline: boolean;
  @Field(() => Date, { nullable: true, description: 'Until when enrolling may be put off; null where it may not.' })
  graceEndsAt: Date | null;
}

@InputType()
export class SendCodeInput {
  @Field(() => String) ticket: string;
  @Field(() => Method) method: Method;
}

@ObjectType('CodeSent')
export class CodeSentType {
  @Field(() => Method) method: Method;
  @Field(() => String) destination: string;
  @Field(() => Date) expiresAt: Date;
  @Field(() => Date, { description: 'The earliest time at which the code can be sent again.' }) resendAt: Date;
  @Field(() => DeliveryStatus) delivery: DeliveryStatus;
}

@InputType()
export class VerifyInput {
  @Field(() => String) ticket: string;
  @Field(() => Method) method: Method;
  @Field(() => String) code: string;
  @Field(() => Boolean, { nullable: true, defaultValue: false }) rememberBrowser?: boolean | null;
}

export const LoginResult = createUnionType({
  name: 'LoginResult',
  types: () => [SignedInType, SecondFactorRequiredType, EnrollmentRequiredType, RefusedType] as const,
  resolveType: (value: object) => {
    if (isRefusal(value)) return RefusedType;
    if ('canResetTotpByMail' in value) return SecondFactorRequiredType;
    return 'canDecline' in value ? EnrollmentRequiredType : SignedInType;
  },
});

export const VerifyResult = createUnionType({
  name: 'VerifyResult',
  types: () => [SignedInType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : SignedInType),
});

export const SendCodeResult = createUnionType({
  name: 'SendCodeResult',
  types: () => [CodeSentType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : CodeSentType),
});
