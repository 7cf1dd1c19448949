import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { PageInfoType } from '../platform/graphql/index.js';

@ObjectType('AuditFact')
export class AuditFactType {
  @Field(() => String)
  name: string;

  @Field(() => String)
  value: string;
}

@ObjectType('AuditEvent')
export class AuditEventType {
  @Field(() => ID)
  id: string;

  @Field(() => Date)
  at: Date;

  @Field(() => String, { description: "E.g. 'sign-in.succeeded', 'sign-in.refused', 'factor.reset-by-admin'." })
  key: string;

  @Field(() => ID, { nullable: true })
  actorId: string | null;

  @Field(() => String, { nullable: true })
  actorEmail: string | null;

  @Field(() => ID, { nullable: true })
  subjectId: string | null;

  @Field(() => String, { nullable: true })
  subjectEmail: string | null;

  @Field(() => String, { nullable: true })
  ip: string | null;

  @Field(() => String, { nullable: true })
  userAgent: string | null;

  @Field(() => [AuditFactType], { description: 'Facts as name and value; never a secret.' })
  facts: AuditFactType[];
}

@ObjectType('AuditConnection')
export class AuditConnectionType {
  @Field(() => [AuditEventType])
  nodes: AuditEventType[];

  @Field(() => PageInfoType)
  pageInfo: PageInfoType;
}

@ObjectType('AuditVerification')
export class AuditVerificationType {
  @Field(() => Boolean)
  intact: boolean;

  @Field(() => Int)
  eventsChecked: number;

  @Field(() => ID, { nullable: true, description: 'Null when intact.' })
  firstBrokenEventId: string | null;

  @Field(() => String, { nullable: true })
  problem: string | null;
}

@InputType('AuditFilter')
export class AuditFilterInput {
  @Field(() => String, { nullable: true, description: "A key, or the beginning of keys: 'factor.' or 'factor.*'." })
  key?: string | null;

  @Field(() => ID, { nullable: true })
  actorId?: string | null;

  @Field(() => ID, { nullable: true })
  subjectId?: string | null;

  @Field(() => Date, { nullable: true, description: 'Inclusive.' })
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Inclusive.' })
  to?: Date | null;
}
