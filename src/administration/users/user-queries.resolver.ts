import { Args, ID, Int, Query, Resolver } from '@nestjs/graphql';
import { UnitOfWork } from '../../platform/database/index.js';
import { CurrentActor } from '../../platform/graphql/index.js';
import { MayRead } from '../../shared/access.js';
import type { Actor } from '../../shared/actor.js';
import { pageRequest } from '../../shared/page.js';
import { UserConnectionType, UserFilter, UsersStore, UserType, userView } from '../../users/index.js';
import type { UserPage } from './user-connection.resolver.js';
import { UserTargets } from './user-targets.js';

@Resolver()
export class UserQueriesResolver {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: UsersStore,
    private readonly targets: UserTargets,
  ) {}

  @Query(() => UserConnectionType, { description: 'In the order of their addresses.' })
  @MayRead('USERS_READ', 'USERS_WRITE')
  async users(
    @CurrentActor() actor: Actor,
    @Args('filter', { type: () => UserFilter, nullable: true }) filter: UserFilter | null,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<UserPage> {
    const request = pageRequest(first, after);
    const page = await this.unitOfWork.readAside((tx) => this.store.page(tx, actor, filter ?? {}, request));
    const { nodes, hasNextPage, endCursor } = page;
    let counted: Promise<number> | null = null;
    return {
      nodes: nodes.map(userView),
      pageInfo: { hasNextPage, endCursor },
      // Once, under however many names it is asked for.
      count: () => (counted ??= this.unitOfWork.readAside((tx) => this.store.count(tx, actor, filter ?? {}))),
    };
  }

  @Query(() => UserType)
  @MayRead('USERS_READ', 'USERS_WRITE')
  async user(@CurrentActor() actor: Actor, @Args('id', { type: () => ID }) id: string): Promise<UserType> {
    return userView(await this.unitOfWork.read((tx) => this.targets.visible(tx, actor, id)));
  }
}
