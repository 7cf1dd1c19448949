import { Injectable } from '@nestjs/common';
import type { AuditFacts } from '../../audit/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import { type DoneType, done } from '../../platform/graphql/index.js';
import {
  type Catalogue,
  type GroupEntity,
  type GroupInput,
  type GroupType,
  groupView,
  type RoleEntity,
  RolesService,
  RolesStore,
} from '../../roles/index.js';
import { SettingsService } from '../../settings/index.js';
import type { Actor } from '../../shared/actor.js';
import { notFound } from '../../shared/api-error.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { UsersStore } from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { changedFacts, isChanged } from '../changed-facts.js';
import { ChangeAudit } from '../users/change-audit.js';
import { groupOf, handOnsOf, mayGrantRole, rolesNamed } from './group-roles.policy.js';
import { reachedThrough } from './requirement.policy.js';
import { RoleHoldersStore } from './role-holders.store.js';

const namesOf = (roles: readonly RoleEntity[]): string[] => roles.map(({ name }) => name).sort();

@Injectable()
export class GroupChanges {
  constructor(
    private readonly clock: Clock,
    private readonly change: AdminChange,
    private readonly roles: RolesService,
    private readonly store: RolesStore,
    private readonly holders: RoleHoldersStore,
    private readonly settings: SettingsService,
    private readonly users: UsersStore,
    private readonly audit: ChangeAudit,
  ) {}

  async create(actor: Actor, input: GroupInput): Promise<GroupType | Refusal> {
    return this.change.run(actor, 'createGroup', async (tx) => {
      const roles = rolesNamed(await this.store.catalogue(tx, actor.organizationId), input.roleIds ?? []);
      if (!roles.every((role) => mayGrantRole(actor, role))) return refuse('NOT_GRANTABLE');
      const ids = roles.map(({ id }) => id);
      const group = await this.roles.createGroup(tx, actor.organizationId, input.name ?? '', ids);
      if (isRefusal(group)) return group;
      await this.record(tx, 'group.created', actor, group, { roles: namesOf(roles).join(', ') });
      return groupView(group, await this.store.catalogue(tx, actor.organizationId));
    });
  }

  async update(actor: Actor, id: string, input: GroupInput): Promise<GroupType | Refusal> {
    return this.change.run(actor, 'updateGroup', async (tx) => {
      const catalogue = await this.store.catalogue(tx, actor.organizationId);
      const group = this.find(catalogue, actor, id);
      const before = { name: group.name, roles: namesOf(handOnsOf(catalogue, id).map(({ role }) => role)) };
      const after = { ...before };
      if (input.roleIds) {
        const roles = rolesNamed(catalogue, input.roleIds);
        const refusal = await this.setRoles(tx, actor, catalogue, group, roles);
        if (refusal !== null) return refusal;
        after.roles = namesOf(roles);
      }
      if (input.name !== null && input.name !== undefined) {
        const renamed = await this.roles.renameGroup(tx, group, input.name);
        if (isRefusal(renamed)) return renamed;
        after.name = renamed.name;
      }
      const facts = changedFacts(before, after);
      if (isChanged(facts)) await this.record(tx, 'group.updated', actor, { id, name: before.name }, facts);
      return groupView(group, await this.store.catalogue(tx, actor.organizationId));
    });
  }

  async delete(actor: Actor, id: string): Promise<DoneType | Refusal> {
    return this.change.run(actor, 'deleteGroup', async (tx) => {
      const group = this.find(await this.store.catalogue(tx, actor.organizationId), actor, id);
      const refusal = await this.roles.deleteGroup(tx, group);
      if (refusal !== null) return refusal;
      await this.record(tx, 'group.deleted', actor, group, {});
      return done('The group was deleted.');
    });
  }

  private async setRoles(
    tx: Tx,
    actor: Actor,
    catalogue: Catalogue,
    group: GroupEntity,
    roles: readonly RoleEntity[],
  ): Promise<Refusal | null> {
    const standing = handOnsOf(catalogue, group.id);
    const gained = roles.filter(({ id }) => !standing.some(({ role }) => role.id === id));
    const lost = standing.filter(({ role }) => !roles.some(({ id }) => id === role.id));
    if (gained.length === 0 && lost.length === 0) return null;
    // Taking a role away is acting on its permissions as much as handing it out.
    if (![...gained, ...lost.map(({ role }) => role)].every((role) => mayGrantRole(actor, role))) {
      return refuse('NOT_GRANTABLE');
    }
    const members = await this.holders.membersOf(tx, group.id);
    const givesPower = gained.some(({ permissions }) => permissions.length > 0);
    if (givesPower && (await this.holders.includesPortalUser(tx, members))) {
      return refuse('NOT_GRANTABLE', { message: 'Portal users are in this group, and they can hold no permission.' });
    }
    const reached = reachedThrough(lost, await this.settings.of(tx, actor.organizationId));
    if (reached !== null) await this.holders.keepReached(tx, group.id, members, reached);
    await this.store.setRolesOfGroup(
      tx,
      group,
      roles.map(({ id }) => id),
      this.clock.now(),
    );
    if (gained.length > 0) await this.users.moveTrustEpoch(tx, members);
    return null;
  }

  private find(catalogue: Catalogue, actor: Actor, id: string): GroupEntity {
    const group = groupOf(catalogue, actor, id);
    if (group === null) throw notFound('group');
    return group;
  }

  private async record(
    tx: Tx,
    key: 'group.created' | 'group.updated' | 'group.deleted',
    actor: Actor,
    group: Pick<GroupEntity, 'id' | 'name'>,
    facts: AuditFacts,
  ): Promise<void> {
    await this.audit.record(tx, actor, key, null, { group: group.name, groupId: group.id, ...facts });
  }
}
