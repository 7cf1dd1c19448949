import { createUnionType, Field, ID, ObjectType } from '@nestjs/graphql';
import { RefusedType } from '../../platform/graphql/index.js';
import { isRefusal } from '../../shared/outcome.js';
import type { ApiKeyEntity } from '../../users/index.js';

@ObjectType('ApiKey')
export class ApiKeyType {
  @Field(() => ID) id: string;
  @Field(() => String) name: string;
  @Field(() => Date) createdAt: Date;
  @Field(() => Date, { nullable: true }) expiresAt: Date | null;
  @Field(() => Date, { nullable: true }) lastUsedAt: Date | null;
}

@ObjectType('ApiKeyCreated')
export class ApiKeyCreatedType {
  @Field(() => ApiKeyType) apiKey: ApiKeyType;
  @Field(() => String, { description: 'Shown once.' }) key: string;
}

export const ApiKeyResult = createUnionType({
  name: 'ApiKeyResult',
  types: () => [ApiKeyCreatedType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : ApiKeyCreatedType),
});

export function apiKeyView({ id, name, createdAt, expiresAt, lastUsedAt }: ApiKeyEntity): ApiKeyType {
  return { id, name, createdAt, expiresAt, lastUsedAt };
}
