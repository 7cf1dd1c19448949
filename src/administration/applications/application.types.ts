import { createUnionType, Field, ID, ObjectType } from '@nestjs/graphql';
import { RefusedType } from '../../platform/graphql/index.js';
import { ApplicationKind } from '../../shared/codes.js';
import { isRefusal } from '../../shared/outcome.js';

@ObjectType('Application')
export class ApplicationType {
  @Field(() => ID) id: string;
  @Field(() => String) name: string;
  @Field(() => ApplicationKind) kind: ApplicationKind;
  @Field(() => Date) createdAt: Date;
}

@ObjectType('ApplicationCreated')
export class ApplicationCreatedType {
  @Field(() => ApplicationType) application: ApplicationType;
  @Field(() => String, { description: 'Shown once.' }) secret: string;
}

export const ApplicationResult = createUnionType({
  name: 'ApplicationResult',
  types: () => [ApplicationCreatedType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : ApplicationCreatedType),
});
