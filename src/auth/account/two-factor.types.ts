import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Method } from '../../shared/codes.js';
import { PolicyReasonType } from '../policy/policy.types.js';

@ObjectType('Factor')
export class FactorType {
  @Field(() => ID) id: string;
  @Field(() => Method) method: Method;
  @Field(() => String, { nullable: true }) destination: string | null;
  @Field(() => Date) confirmedAt: Date;
  @Field(() => Date, { nullable: true }) lastUsedAt: Date | null;
}

@ObjectType('UserTwoFactor')
export class UserTwoFactorType {
  @Field(() => Boolean, { description: "'Use 2FA' on the profile." }) use: boolean;
  @Field(() => Boolean, { description: "'Can toggle the use of 2FA'." }) canToggle: boolean;
  @Field(() => Boolean, { description: 'Whether policy, as it stands, asks this user for a second factor.' })
  required: boolean;
  @Field(() => [PolicyReasonType]) reasons: PolicyReasonType[];
  @Field(() => Boolean) enrolled: boolean;
  @Field(() => [FactorType]) factors: FactorType[];
  @Field(() => Method, { nullable: true }) preferred: Method | null;
  @Field(() => Int) recoveryCodesLeft: number;
  @Field(() => Date, { nullable: true }) lockedUntil: Date | null;
}
