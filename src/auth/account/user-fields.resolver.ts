import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Clock } from '../../platform/crypto/index.js';
import type { GqlContext } from '../../platform/graphql/index.js';
import { GroupType, groupView, RoleType, roleView } from '../../roles/index.js';
import type { Actor } from '../../shared/actor.js';
import { UserType } from '../../users/index.js';
import { decide } from '../policy/two-factor.policy.js';
import { twoFactorView } from './two-factor-view.js';
import { UserTwoFactorType } from './two-factor.types.js';
import { UserTwoFactorLoader } from './user-loader.js';

/** The fields of `User` that its own module cannot know. Whoever was shown the user may see them. */
@Resolver(() => UserType)
export class UserFieldsResolver {
  constructor(
    private readonly loader: UserTwoFactorLoader,
    private readonly clock: Clock,
  ) {}

  /** `All` and those held directly; what groups hand on stands with the groups. */
  @ResolveField('roles', () => [RoleType])
  async roles(@Parent() { id }: UserType, @Context() context: GqlContext): Promise<RoleType[]> {
    const { held } = await this.loader.load(context, id);
    return held.filter(({ path }) => path.kind !== 'group').map(({ role }) => roleView(role));
  }

  @ResolveField('groups', () => [GroupType])
  async groups(@Parent() { id }: UserType, @Context() context: GqlContext): Promise<GroupType[]> {
    const { groupIds, ground } = await this.loader.load(context, id);
    const seen = groupsSeen(context.actor, id);
    const own = ground.catalogue.groups.filter((group) => groupIds.includes(group.id) && seen(group.id));
    return own.map((group) => groupView(group, ground.catalogue));
  }

  @ResolveField('twoFactor', () => UserTwoFactorType)
  async twoFactor(@Parent() { id }: UserType, @Context() context: GqlContext): Promise<UserTwoFactorType> {
    const policy = await this.loader.load(context, id);
    const now = this.clock.now();
    return twoFactorView(policy, decide(policy.facts, now), now);
  }
}

/** Whoever sees only their own groups' people is not shown through them which other groups there are. */
function groupsSeen(actor: Actor | null, userId: string): (groupId: string) => boolean {
  if (actor === null || actor.userId === userId || actor.visibility === 'ALL') return () => true;
  return (groupId) => actor.groupIds.includes(groupId);
}
