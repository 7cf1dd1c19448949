import { createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { RefusedType } from '../../platform/graphql/index.js';
import { Method } from '../../shared/codes.js';
import { isRefusal } from '../../shared/outcome.js';
import { FactorType } from '../account/two-factor.types.js';
import { CodeSentType, SignedInType } from '../sign-in/sign-in.types.js';

@InputType()
export class StartEnrollmentInput {
  @Field(() => String, {
    nullable: true,
    description: 'From login; left out by a signed-in user, who must have reauthenticated.',
  })
  ticket?: string | null;
  @Field(() => Method) method: Method;
  @Field(() => String, { nullable: true, description: 'E.164; for SMS where the user has no number yet.' })
  phone?: string | null;
}

@ObjectType('TotpProvisioning')
export class TotpProvisioningType {
  @Field(() => String, { description: 'Base32, for typing by hand. Shown for this enrollment only, never again.' })
  secret: string;
  @Field(() => String, { description: 'otpauth://totp/…' }) uri: string;
  @Field(() => String, { description: 'data:image/png;base64,…' }) qrCode: string;
  @Field(() => String) qrCodeSvg: string;
}

@ObjectType('Enrollment')
export class EnrollmentType {
  @Field(() => ID) id: string;
  @Field(() => Method) method: Method;
  @Field(() => Date) expiresAt: Date;
  @Field(() => TotpProvisioningType, {
    nullable: true,
    description: 'For TOTP shown on screen, or once the mailed link has been opened; otherwise null.',
  })
  totp: TotpProvisioningType | null;
  @Field(() => CodeSentType, {
    nullable: true,
    description: 'Where the code, or the link to the QR code, was sent; null for TOTP on screen.',
  })
  sent: CodeSentType | null;
}

@InputType()
export class OpenEnrollmentLinkInput {
  @Field(() => String, { description: 'From the mailed link.' }) token: string;
  @Field(() => String, { description: 'A ticket of the same user: the link alone shows nothing.' }) ticket: string;
}

@InputType()
export class ConfirmEnrollmentInput {
  @Field(() => String, { nullable: true }) ticket?: string | null;
  @Field(() => ID) enrollmentId: string;
  @Field(() => String) code: string;
  @Field(() => Boolean, { nullable: true, defaultValue: false }) rememberBrowser?: boolean | null;
}

@ObjectType('FactorAdded')
export class FactorAddedType {
  @Field(() => FactorType) factor: FactorType;
  @Field(() => [String], { nullable: true, description: "Shown once, with the user's first factor." })
  recoveryCodes: string[] | null;
}

export const StartEnrollmentResult = createUnionType({
  name: 'StartEnrollmentResult',
  types: () => [EnrollmentType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : EnrollmentType),
});

export const ConfirmEnrollmentResult = createUnionType({
  name: 'ConfirmEnrollmentResult',
  description: 'SignedIn when a ticket was given, FactorAdded for a signed-in user.',
  types: () => [SignedInType, FactorAddedType, RefusedType] as const,
  resolveType: (value: object) => {
    if (isRefusal(value)) return RefusedType;
    return 'factor' in value ? FactorAddedType : SignedInType;
  },
});
