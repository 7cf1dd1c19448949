import { Field, ObjectType } from '@nestjs/graphql';

/** The end of a page, in every list of the contract. */
@ObjectType('PageInfo')
export class PageInfoType {
  @Field(() => Boolean)
  hasNextPage: boolean;

  @Field(() => String, { nullable: true, description: 'Null for an empty page.' })
  endCursor: string | null;
}
