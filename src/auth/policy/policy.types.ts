import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DecisionOutcome, Method } from '../../shared/codes.js';

registerEnumType(DecisionOutcome, { name: 'DecisionOutcome' });

@ObjectType('PolicyReason')
export class PolicyReasonType {
  @Field(() => String, {
    description:
      "Stable, e.g. 'role', 'group-role', 'user', 'enrolled', 'organization-off', 'portal-user', 'mobile-not-covered', 'grace'.",
  })
  rule: string;
  @Field(() => String, {
    description: "E.g. 'The role Accounts Manager, held through the group Finance, requires a second factor.'",
  })
  sentence: string;
}

@ObjectType('DecisionStep')
export class DecisionStepType {
  @Field(() => String) rule: string;
  @Field(() => Boolean) holds: boolean;
  @Field(() => Boolean) decisive: boolean;
  @Field(() => String) sentence: string;
}

@ObjectType('TwoFactorDecision', {
  description: 'The decision for one user and one kind of application, with every rule that was looked at, in order.',
})
export class TwoFactorDecisionType {
  @Field(() => Boolean) required: boolean;
  @Field(() => [Method]) methods: Method[];
  @Field(() => DecisionOutcome) outcome: DecisionOutcome;
  @Field(() => [DecisionStepType]) trace: DecisionStepType[];
  @Field(() => String) sentence: string;
}
