import { createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { PageInfoType, RefusedType } from '../platform/graphql/index.js';
import { UserKind } from '../shared/codes.js';
import { isRefusal } from '../shared/outcome.js';

/** Roles, groups and two-factor are resolved above this module, where they are known. */
@ObjectType('User')
export class UserType {
  @Field(() => ID) id: string;
  @Field(() => String) email: string;
  @Field(() => Boolean) emailConfirmed: boolean;
  @Field(() => String) displayName: string;
  @Field(() => String, { nullable: true }) phone: string | null;
  @Field(() => Boolean) phoneConfirmed: boolean;
  @Field(() => UserKind) kind: UserKind;
  @Field(() => Boolean) active: boolean;
  @Field(() => String, { description: 'The language of mails and texts: en, de, fr, nl or es.' }) locale: string;
  @Field(() => Date) createdAt: Date;
  @Field(() => Date, { nullable: true }) lastSignInAt: Date | null;
}

/** How many there are in all is resolved apart, where it is asked for. */
@ObjectType('UserConnection')
export class UserConnectionType {
  @Field(() => [UserType]) nodes: UserType[];
  @Field(() => PageInfoType) pageInfo: PageInfoType;
}

export const UserResult = createUnionType({
  name: 'UserResult',
  types: () => [UserType, RefusedType] as const,
  resolveType: (value: unknown) => (isRefusal(value) ? RefusedType : UserType),
});

@InputType()
export class CreateUserInput {
  @Field(() => String) email: string;
  @Field(() => String) displayName: string;
  @Field(() => String, {
    nullable: true,
    description: 'Left out: the person sets one through the activation mail.',
  })
  password?: string | null;
  @Field(() => String, { nullable: true }) phone?: string | null;
  @Field(() => UserKind, { nullable: true, defaultValue: UserKind.MEMBER }) kind?: UserKind | null;
  @Field(() => [ID], { nullable: true }) roleIds?: string[] | null;
  @Field(() => [ID], { nullable: true }) groupIds?: string[] | null;
  @Field(() => Boolean, { nullable: true }) useTwoFactor?: boolean | null;
  @Field(() => Boolean, { nullable: true }) canToggleTwoFactor?: boolean | null;
  @Field(() => Boolean, { nullable: true, defaultValue: false }) sendActivationEmail?: boolean | null;
  @Field(() => String, { nullable: true, description: 'en, de, fr, nl or es; en where left out.' })
  locale?: string | null;
}

@InputType()
export class UpdateUserInput {
  @Field(() => String, { nullable: true }) displayName?: string | null;
  @Field(() => String, { nullable: true }) email?: string | null;
  @Field(() => String, { nullable: true }) phone?: string | null;
  @Field(() => Boolean, { nullable: true }) active?: boolean | null;
  @Field(() => [ID], { nullable: true }) roleIds?: string[] | null;
  @Field(() => [ID], { nullable: true }) groupIds?: string[] | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      "'Use 2FA'. An administrator cannot enroll a factor for someone else: YES means that it is asked for at the next sign-in.",
  })
  useTwoFactor?: boolean | null;
  @Field(() => Boolean, { nullable: true }) canToggleTwoFactor?: boolean | null;
  @Field(() => String, { nullable: true, description: 'en, de, fr, nl or es.' }) locale?: string | null;
}

@InputType()
export class UserFilter {
  @Field(() => String, { nullable: true }) search?: string | null;
  @Field(() => Boolean, { nullable: true }) emailConfirmed?: boolean | null;
  @Field(() => Boolean, { nullable: true }) enrolled?: boolean | null;
  @Field(() => Boolean, { nullable: true }) active?: boolean | null;
  @Field(() => UserKind, { nullable: true }) kind?: UserKind | null;
  @Field(() => ID, { nullable: true }) roleId?: string | null;
  @Field(() => ID, { nullable: true }) groupId?: string | null;
}
