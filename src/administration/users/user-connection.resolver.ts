import { Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { UserConnectionType } from '../../users/index.js';

/** A page of users, and how to count all that it is a page of. */
export interface UserPage extends UserConnectionType {
  count: () => Promise<number>;
}

@Resolver(() => UserConnectionType)
export class UserConnectionResolver {
  /** Only where it is asked for: of a million users the count takes ten times as long as the page. */
  @ResolveField('totalCount', () => Int)
  async totalCount(@Parent() page: UserPage): Promise<number> {
    return page.count();
  }
}
