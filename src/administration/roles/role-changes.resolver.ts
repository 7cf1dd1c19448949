import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import { Acknowledgement, CurrentActor, type DoneType } from '../../platform/graphql/index.js';
import { GroupInput, GroupResult, type GroupType, RoleInput, RoleResult, type RoleType } from '../../roles/index.js';
import { MayChange } from '../../shared/access.js';
import type { Actor } from '../../shared/actor.js';
import type { Refusal } from '../../shared/outcome.js';
import { GroupChanges } from './group-changes.service.js';
import { RoleChanges } from './role-changes.service.js';

@Resolver()
export class RoleChangesResolver {
  constructor(
    private readonly roles: RoleChanges,
    private readonly groups: GroupChanges,
  ) {}

  @Mutation(() => RoleResult)
  @MayChange('ROLES_WRITE')
  createRole(@CurrentActor() actor: Actor, @Args('input') input: RoleInput): Promise<RoleType | Refusal> {
    return this.roles.create(actor, input);
  }

  @Mutation(() => RoleResult)
  @MayChange('ROLES_WRITE')
  updateRole(
    @CurrentActor() actor: Actor,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: RoleInput,
  ): Promise<RoleType | Refusal> {
    return this.roles.update(actor, id, input);
  }

  @Mutation(() => Acknowledgement)
  @MayChange('ROLES_WRITE')
  deleteRole(@CurrentActor() actor: Actor, @Args('id', { type: () => ID }) id: string): Promise<DoneType | Refusal> {
    return this.roles.delete(actor, id);
  }

  @Mutation(() => GroupResult)
  @MayChange('ROLES_WRITE')
  createGroup(@CurrentActor() actor: Actor, @Args('input') input: GroupInput): Promise<GroupType | Refusal> {
    return this.groups.create(actor, input);
  }

  @Mutation(() => GroupResult)
  @MayChange('ROLES_WRITE')
  updateGroup(
    @CurrentActor() actor: Actor,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: GroupInput,
  ): Promise<GroupType | Refusal> {
    return this.groups.update(actor, id, input);
  }

  @Mutation(() => Acknowledgement)
  @MayChange('ROLES_WRITE')
  deleteGroup(@CurrentActor() actor: Actor, @Args('id', { type: () => ID }) id: string): Promise<DoneType | Refusal> {
    return this.groups.delete(actor, id);
  }
}
