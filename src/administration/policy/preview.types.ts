import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Method } from '../../shared/codes.js';
import { UserType } from '../../users/index.js';

@InputType({ description: 'A change that is not made: what would it do?' })
export class TwoFactorChangeInput {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'true is enableTwoFactor(forEveryone: false); to see what ticking the role All does as well, name it as roleId.',
  })
  enabled?: boolean | null;
  @Field(() => [Method], { nullable: true }) methods?: Method[] | null;
  @Field(() => Boolean, { nullable: true }) coverMobileApps?: boolean | null;
  @Field(() => ID, { nullable: true }) roleId?: string | null;
  @Field(() => Boolean, { nullable: true }) roleRequiresTwoFactor?: boolean | null;
  @Field(() => ID, { nullable: true }) groupId?: string | null;
  @Field(() => [ID], { nullable: true }) groupRoleIds?: string[] | null;
}

@ObjectType('TwoFactorPreview')
export class TwoFactorPreviewType {
  @Field(() => Int) usersLookedAt: number;
  @Field(() => Int) newlyRequired: number;
  @Field(() => Int) noLongerRequired: number;
  @Field(() => Int) mustEnrollAtNextSignIn: number;
  @Field(() => Int, {
    description: 'Required, and without any method that they could enroll or use: they could not sign in.',
  })
  leftWithoutMethod: number;
  @Field(() => Int) administratorsLeftWithoutMethod: number;
  @Field(() => [UserType], { description: 'The first of those left without a method.' })
  leftWithoutMethodSample: UserType[];
}
