import { Injectable } from '@nestjs/common';
import type { AuditFacts } from '../../audit/index.js';
import type { Tx } from '../../platform/database/index.js';
import { type DoneType, done } from '../../platform/graphql/index.js';
import { RoleEntity, type RoleInput, RolesService, RolesStore, type RoleType, roleView } from '../../roles/index.js';
import type { Actor } from '../../shared/actor.js';
import { notFound } from '../../shared/api-error.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { UsersStore } from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { changedFacts, isChanged } from '../changed-facts.js';
import { ChangeAudit } from '../users/change-audit.js';
import { mayGrantRole } from './group-roles.policy.js';
import { RoleHoldersStore } from './role-holders.store.js';

const told = ({ name, permissions, visibility, requireTwoFactor, graceDays }: RoleEntity) => ({
  name,
  permissions,
  visibility,
  requireTwoFactor,
  graceDays,
});

/** A role is more than it was: whoever holds it can do or see more. */
const gainsPower = (before: RoleEntity, after: RoleEntity): boolean =>
  after.permissions.some((permission) => !before.permissions.includes(permission)) ||
  (after.permissions.length > 0 && after.visibility === 'ALL' && before.visibility !== 'ALL');

@Injectable()
export class RoleChanges {
  constructor(
    private readonly change: AdminChange,
    private readonly roles: RolesService,
    private readonly store: RolesStore,
    private readonly holders: RoleHoldersStore,
    private readonly users: UsersStore,
    private readonly audit: ChangeAudit,
  ) {}

  async create(actor: Actor, input: RoleInput): Promise<RoleType | Refusal> {
    return this.change.run(actor, 'createRole', async (tx) => {
      const role = await this.roles.createRole(tx, actor.organizationId, input);
      if (isRefusal(role)) return role;
      if (!mayGrantRole(actor, role)) return refuse('NOT_GRANTABLE');
      const { permissions, visibility, requireTwoFactor, graceDays } = role;
      const facts = { permissions: permissions.join(' '), visibility, requireTwoFactor, graceDays };
      await this.record(tx, 'role.created', actor, role, facts);
      return roleView(role);
    });
  }

  async update(actor: Actor, id: string, input: RoleInput): Promise<RoleType | Refusal> {
    return this.change.run(actor, 'updateRole', async (tx) => {
      const role = await this.find(tx, actor, id);
      const before = Object.assign(new RoleEntity(), role);
      if (!mayGrantRole(actor, before)) return refuse('NOT_GRANTABLE');
      const refusal = this.roles.applyChange(role, input);
      if (refusal !== null) return refusal;
      if (!mayGrantRole(actor, role)) return refuse('NOT_GRANTABLE');
      if (gainsPower(before, role)) {
        const refused = await this.holdersGain(tx, role.id);
        if (refused !== null) return refused;
      }
      const facts = changedFacts(told(before), told(role));
      if (!isChanged(facts)) return roleView(role);
      const saved = await this.roles.saveRole(tx, role);
      if (isRefusal(saved)) return saved;
      await this.record(tx, 'role.updated', actor, before, facts);
      return roleView(saved);
    });
  }

  async delete(actor: Actor, id: string): Promise<DoneType | Refusal> {
    return this.change.run(actor, 'deleteRole', async (tx) => {
      const role = await this.find(tx, actor, id);
      if (role.builtIn === null && !mayGrantRole(actor, role)) return refuse('NOT_GRANTABLE');
      const refusal = await this.roles.deleteRole(tx, role);
      if (refusal !== null) return refusal;
      await this.record(tx, 'role.deleted', actor, role, {});
      return done('The role was deleted.');
    });
  }

  /** Trust that was given to a browser was given to a person who could do less. */
  private async holdersGain(tx: Tx, roleId: string): Promise<Refusal | null> {
    const ids = await this.holders.holdersOf(tx, roleId);
    if (await this.holders.includesPortalUser(tx, ids)) {
      return refuse('NOT_GRANTABLE', { message: 'Portal users hold this role, and they can hold no permission.' });
    }
    await this.users.moveTrustEpoch(tx, ids);
    return null;
  }

  private async find(tx: Tx, actor: Actor, id: string): Promise<RoleEntity> {
    const { roles } = await this.store.catalogue(tx, actor.organizationId);
    const role = roles.find((each) => each.id === id);
    if (role === undefined) throw notFound('role');
    return role;
  }

  private async record(
    tx: Tx,
    key: 'role.created' | 'role.updated' | 'role.deleted',
    actor: Actor,
    role: Pick<RoleEntity, 'id' | 'name'>,
    facts: AuditFacts,
  ): Promise<void> {
    await this.audit.record(tx, actor, key, null, { role: role.name, roleId: role.id, ...facts });
  }
}
