import { createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { RefusedType } from '../../platform/graphql/index.js';
import { Method } from '../../shared/codes.js';
import { isRefusal } from '../../shared/outcome.js';

@ObjectType('TrustedBrowser')
export class TrustedBrowserType {
  @Field(() => ID) id: string;
  @Field(() => String, { nullable: true }) userAgent: string | null;
  @Field(() => String, { nullable: true }) ip: string | null;
  @Field(() => Date) createdAt: Date;
  @Field(() => Date) lastUsedAt: Date;
  @Field(() => Date) expiresAt: Date;
}

@ObjectType('Session')
export class SessionType {
  @Field(() => ID) id: string;
  @Field(() => Boolean) current: boolean;
  @Field(() => [String]) amr: string[];
  @Field(() => String, { nullable: true }) userAgent: string | null;
  @Field(() => String, { nullable: true }) ip: string | null;
  @Field(() => Date) createdAt: Date;
  @Field(() => Date) lastSeenAt: Date;
}

@InputType()
export class ReauthenticateInput {
  @Field(() => String) password: string;
  @Field(() => Method, { nullable: true }) method?: Method | null;
  @Field(() => String, { nullable: true }) code?: string | null;
}

@ObjectType('Reauthenticated')
export class ReauthenticatedType {
  @Field(() => Date) expiresAt: Date;
}

export const ReauthenticateResult = createUnionType({
  name: 'ReauthenticateResult',
  types: () => [ReauthenticatedType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : ReauthenticatedType),
});

@ObjectType('Tokens')
export class TokensType {
  @Field(() => String, { nullable: true }) accessToken: string | null;
  @Field(() => Date) accessTokenExpiresAt: Date;
  @Field(() => String, { nullable: true }) refreshToken: string | null;
}

export const TokensResult = createUnionType({
  name: 'TokensResult',
  types: () => [TokensType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : TokensType),
});

@ObjectType('RecoveryCodes')
export class RecoveryCodesType {
  @Field(() => [String]) codes: string[];
}

export const RecoveryCodesResult = createUnionType({
  name: 'RecoveryCodesResult',
  types: () => [RecoveryCodesType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : RecoveryCodesType),
});
