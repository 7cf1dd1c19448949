import { Field, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('BulkSend')
export class BulkSendType {
  @Field(() => Int) queued: number;
  @Field(() => Int) skipped: number;
}
