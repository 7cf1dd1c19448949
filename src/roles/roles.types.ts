import { createUnionType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { RefusedType } from '../platform/graphql/index.js';
import { Permission, Visibility } from '../shared/codes.js';
import { isRefusal } from '../shared/outcome.js';

@ObjectType('Role')
export class RoleType {
  @Field(() => ID) id: string;
  @Field(() => String) name: string;
  @Field(() => Boolean, { description: "The built-in roles are 'All', which everyone has, and 'Administrator'." })
  builtIn: boolean;
  @Field(() => [Permission]) permissions: Permission[];
  @Field(() => Visibility) visibility: Visibility;
  @Field(() => Boolean) requireTwoFactor: boolean;
  @Field(() => Int, {
    description: 'Days in which a user new to this requirement may put off enrolling; 0 for none.',
  })
  graceDays: number;
}

@ObjectType('Group')
export class GroupType {
  @Field(() => ID) id: string;
  @Field(() => String) name: string;
  @Field(() => [RoleType]) roles: RoleType[];
}

@InputType()
export class RoleInput {
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => [Permission], { nullable: true }) permissions?: Permission[] | null;
  @Field(() => Visibility, { nullable: true }) visibility?: Visibility | null;
  @Field(() => Boolean, { nullable: true }) requireTwoFactor?: boolean | null;
  @Field(() => Int, { nullable: true }) graceDays?: number | null;
}

@InputType()
export class GroupInput {
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => [ID], { nullable: true }) roleIds?: string[] | null;
}

export const RoleResult = createUnionType({
  name: 'RoleResult',
  types: () => [RoleType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : RoleType),
});

export const GroupResult = createUnionType({
  name: 'GroupResult',
  types: () => [GroupType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : GroupType),
});
