import { createUnionType, Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { RefusedType } from '../platform/graphql/index.js';
import { Method, TotpDelivery } from '../shared/codes.js';
import { isRefusal } from '../shared/outcome.js';

registerEnumType(TotpDelivery, {
  name: 'TotpDelivery',
  description: 'How a TOTP secret reaches the person at first sign-in.',
});

@ObjectType('TwoFactorSettings')
export class TwoFactorSettingsType {
  @Field(() => Boolean) enabled: boolean;
  @Field(() => Date, {
    nullable: true,
    description: 'Switched off for everyone until then; it comes back by itself, and nobody enrolls again.',
  })
  suspendedUntil: Date | null;
  @Field(() => [Method]) methods: Method[];
  @Field(() => String) issuer: string;
  @Field(() => TotpDelivery) totpDelivery: TotpDelivery;
  @Field(() => Int) enrollmentLinkSeconds: number;
  @Field(() => Int, { description: 'How long a mailed or texted code is good for; 90 by default.' })
  codeSeconds: number;
  @Field(() => Int, { description: "0 where 'remember this browser' is not offered; 90 at most." })
  rememberBrowserDays: number;
  @Field(() => Boolean) coverMobileApps: boolean;
  @Field(() => Boolean) exemptPortalUsers: boolean;
  @Field(() => Boolean) totpResetByMail: boolean;
}

@ObjectType('EmailSettings')
export class EmailSettingsType {
  @Field(() => String) fromName: string;
  @Field(() => String) fromAddress: string;
  @Field(() => Boolean) smtpUrlSet: boolean;
}

@ObjectType('SmsParameter', { description: 'Values of secret parameters are never read back.' })
export class SmsParameterType {
  @Field(() => String) name: string;
  @Field(() => String, { nullable: true }) value: string | null;
  @Field(() => Boolean) header: boolean;
  @Field(() => Boolean) secret: boolean;
}

@ObjectType('SmsSettings', {
  description: 'A text-message gateway reached over HTTP, described the way its documentation does.',
})
export class SmsSettingsType {
  @Field(() => String, { nullable: true }) gatewayUrl: string | null;
  @Field(() => String) messageParameter: string;
  @Field(() => String) receiverParameter: string;
  @Field(() => String, { nullable: true }) senderName: string | null;
  @Field(() => Boolean) usePost: boolean;
  @Field(() => [SmsParameterType]) parameters: SmsParameterType[];
  @Field(() => [String], { description: "Calling codes, e.g. '+31'; empty for all." }) allowedPrefixes: string[];
}

@ObjectType('Settings')
export class SettingsType {
  @Field(() => TwoFactorSettingsType) twoFactor: TwoFactorSettingsType;
  @Field(() => EmailSettingsType) email: EmailSettingsType;
  @Field(() => SmsSettingsType) sms: SmsSettingsType;
}

@InputType()
export class TwoFactorSettingsInput {
  @Field(() => [Method], { nullable: true }) methods?: Method[] | null;
  @Field(() => String, { nullable: true }) issuer?: string | null;
  @Field(() => TotpDelivery, { nullable: true }) totpDelivery?: TotpDelivery | null;
  @Field(() => Int, { nullable: true }) enrollmentLinkSeconds?: number | null;
  @Field(() => Int, { nullable: true }) codeSeconds?: number | null;
  @Field(() => Int, { nullable: true }) rememberBrowserDays?: number | null;
  @Field(() => Boolean, { nullable: true }) coverMobileApps?: boolean | null;
  @Field(() => Boolean, { nullable: true }) exemptPortalUsers?: boolean | null;
  @Field(() => Boolean, { nullable: true }) totpResetByMail?: boolean | null;
}

@InputType()
export class EmailSettingsInput {
  @Field(() => String, { nullable: true }) fromName?: string | null;
  @Field(() => String, { nullable: true }) fromAddress?: string | null;
  @Field(() => String, { nullable: true, description: 'Write-only.' }) smtpUrl?: string | null;
}

@InputType()
export class SmsParameterInput {
  @Field(() => String) name: string;
  @Field(() => String) value: string;
  @Field(() => Boolean, { nullable: true, defaultValue: false }) header?: boolean | null;
  @Field(() => Boolean, { nullable: true, defaultValue: false }) secret?: boolean | null;
}

@InputType()
export class SmsSettingsInput {
  @Field(() => String, { nullable: true }) gatewayUrl?: string | null;
  @Field(() => String, { nullable: true }) messageParameter?: string | null;
  @Field(() => String, { nullable: true }) receiverParameter?: string | null;
  @Field(() => String, { nullable: true }) senderName?: string | null;
  @Field(() => Boolean, { nullable: true }) usePost?: boolean | null;
  @Field(() => [SmsParameterInput], { nullable: true }) parameters?: SmsParameterInput[] | null;
  @Field(() => [String], { nullable: true }) allowedPrefixes?: string[] | null;
}

@InputType()
export class SettingsInput {
  @Field(() => TwoFactorSettingsInput, { nullable: true }) twoFactor?: TwoFactorSettingsInput | null;
  @Field(() => EmailSettingsInput, { nullable: true }) email?: EmailSettingsInput | null;
  @Field(() => SmsSettingsInput, { nullable: true }) sms?: SmsSettingsInput | null;
}

export const SettingsResult = createUnionType({
  name: 'SettingsResult',
  types: () => [SettingsType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : SettingsType),
});
