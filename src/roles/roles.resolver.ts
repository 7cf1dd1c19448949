import { Query, Resolver } from '@nestjs/graphql';
import { UnitOfWork } from '../platform/database/index.js';
import { CurrentActor } from '../platform/graphql/index.js';
import { MayRead } from '../shared/access.js';
import type { Actor } from '../shared/actor.js';
import { groupView, roleView } from './roles-view.js';
import { RolesStore } from './roles.store.js';
import { GroupType, RoleType } from './roles.types.js';

@Resolver(() => RoleType)
export class RolesResolver {
  constructor(
    private readonly store: RolesStore,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Query(() => [RoleType])
  @MayRead('USERS_READ', 'USERS_WRITE', 'ROLES_WRITE')
  async roles(@CurrentActor() actor: Actor): Promise<RoleType[]> {
    const { roles } = await this.unitOfWork.readAside((tx) => this.store.catalogue(tx, actor.organizationId));
    return roles.map(roleView);
  }

  @Query(() => [GroupType])
  @MayRead('USERS_READ', 'USERS_WRITE', 'ROLES_WRITE')
  async groups(@CurrentActor() actor: Actor): Promise<GroupType[]> {
    const catalogue = await this.unitOfWork.readAside((tx) => this.store.catalogue(tx, actor.organizationId));
    // Whoever sees only their own groups' people is not shown which other groups there are.
    const visible = catalogue.groups.filter(({ id }) => actor.visibility === 'ALL' || actor.groupIds.includes(id));
    return visible.map((group) => groupView(group, catalogue));
  }
}
