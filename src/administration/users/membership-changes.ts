import { Injectable } from '@nestjs/common';
import { decide, FactsLoader, GraceStamp, type UserPolicy } from '../../auth/index.js';
import type { AuditFacts } from '../../audit/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import { heldRoles, type Memberships, NO_MEMBERSHIPS, RolesStore } from '../../roles/index.js';
import type { Actor } from '../../shared/actor.js';
import type { Refusal } from '../../shared/outcome.js';
import { type UpdateUserInput, type UserEntity, UsersStore } from '../../users/index.js';
import { chosenGroups, chosenRoles, namesOf, sameIds } from './choice.policy.js';
import { grantRefusal, groupsRefusal, withUnseenGroups } from './grant.policy.js';
import type { Target } from './user-targets.js';

interface Wanted {
  roleIds: string[];
  groupIds: string[];
}

export interface MembershipChange {
  /** 'roles', 'groups'; empty where all stays as it is. */
  changed: string[];
  /** The names of what the user has now, where it changed. */
  facts: AuditFacts;
}

/** Gives a user other roles and groups, and sees to what hangs on them. */
@Injectable()
export class MembershipChanges {
  constructor(
    private readonly clock: Clock,
    private readonly facts: FactsLoader,
    private readonly graceStamp: GraceStamp,
    private readonly roles: RolesStore,
    private readonly users: UsersStore,
  ) {}

  /** @throws ApiError NOT_FOUND for a role or group that the organization does not have */
  async apply(tx: Tx, actor: Actor, target: Target, input: UpdateUserInput): Promise<MembershipChange | Refusal> {
    const { user, ground } = target;
    const { catalogue } = ground;
    const standing = (await this.roles.memberships(tx, [user.id])).get(user.id) ?? NO_MEMBERSHIPS;
    const before = idsOf(standing);
    const wanted: Wanted = {
      roleIds: input.roleIds ? chosenRoles(catalogue, input.roleIds) : before.roleIds,
      groupIds: input.groupIds
        ? withUnseenGroups(actor, before.groupIds, chosenGroups(catalogue, input.groupIds))
        : before.groupIds,
    };
    const rolesChange = !sameIds(before.roleIds, wanted.roleIds);
    const groupsChange = !sameIds(before.groupIds, wanted.groupIds);
    if (!rolesChange && !groupsChange) return { changed: [], facts: {} };

    const now = this.clock.now();
    const after = heldRoles(catalogue, {
      roles: wanted.roleIds.map((roleId) => ({ roleId, since: now })),
      groups: wanted.groupIds.map((groupId) => ({ groupId, since: now })),
    });
    const refusal = groupsRefusal(actor, before.groupIds, wanted.groupIds) ?? grantRefusal(actor, user.kind, after);
    if (refusal !== null) return refusal;
    await this.write(tx, target, wanted, now);
    return {
      changed: [...(rolesChange ? ['roles'] : []), ...(groupsChange ? ['groups'] : [])],
      facts: {
        roles: rolesChange ? namesOf(catalogue.roles, wanted.roleIds) : undefined,
        groups: groupsChange ? namesOf(catalogue.groups, wanted.groupIds) : undefined,
      },
    };
  }

  private async write(tx: Tx, { user, policy, ground }: Target, wanted: Wanted, now: Date): Promise<void> {
    // On both sides of the change: leaving and joining again must begin no second grace.
    await this.stamp(tx, user, policy, now);
    await this.roles.setRolesOf(tx, user, wanted.roleIds, now);
    await this.roles.setGroupsOf(tx, user, wanted.groupIds, now);
    const next = await this.facts.forUser(tx, user, 'WEB', ground);
    await this.stamp(tx, user, next, now);
    const had = new Set(policy.held.map(({ role }) => role.id));
    // More can be done from this account now, so that its browsers prove themselves anew.
    if (next.held.some(({ role }) => !had.has(role.id))) await this.users.moveTrustEpoch(tx, [user.id]);
  }

  private async stamp(tx: Tx, user: UserEntity, policy: UserPolicy, now: Date): Promise<void> {
    await this.graceStamp.stamp(tx, { user, policy, decision: decide(policy.facts, now) });
  }
}

const idsOf = ({ roles, groups }: Memberships): Wanted => ({
  roleIds: roles.map(({ roleId }) => roleId),
  groupIds: groups.map(({ groupId }) => groupId),
});
