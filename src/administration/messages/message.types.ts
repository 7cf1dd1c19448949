import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { PageInfoType } from '../../platform/graphql/index.js';
import { DeliveryStatus, Method } from '../../shared/codes.js';

@ObjectType('Message')
export class MessageType {
  @Field(() => ID) id: string;
  @Field(() => Method) channel: Method;
  @Field(() => String) template: string;
  @Field(() => String, { description: 'Masked.' }) destination: string;
  @Field(() => DeliveryStatus) status: DeliveryStatus;
  @Field(() => Int) attempts: number;
  @Field(() => String, { nullable: true }) lastError: string | null;
  @Field(() => Date) createdAt: Date;
  @Field(() => Date, { nullable: true }) sentAt: Date | null;
}

@ObjectType('MessageConnection')
export class MessageConnectionType {
  @Field(() => [MessageType]) nodes: MessageType[];
  @Field(() => PageInfoType) pageInfo: PageInfoType;
}
