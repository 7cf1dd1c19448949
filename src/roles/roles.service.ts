import { Injectable } from '@nestjs/common';
import { Clock, Random } from '../platform/crypto/index.js';
import { isDuplicateKey, type Tx } from '../platform/database/index.js';
import { ALL_PERMISSIONS, type Permission, type Visibility } from '../shared/codes.js';
import { isRefusal, refuse, type Refusal } from '../shared/outcome.js';
import { GroupEntity } from './group.entity.js';
import { GroupRoleEntity } from './membership.entity.js';
import { type BuiltInRole, RoleEntity } from './role.entity.js';
import { checkGraceDays, checkName, nameKey } from './role.policy.js';
import { RolesStore } from './roles.store.js';

export interface RoleChange {
  name?: string | null;
  permissions?: readonly Permission[] | null;
  visibility?: Visibility | null;
  requireTwoFactor?: boolean | null;
  graceDays?: number | null;
}

/** Roles and groups themselves. Who may change them, and what a change may lead to, is decided above. */
@Injectable()
export class RolesService {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly store: RolesStore,
  ) {}

  async createBuiltIn(tx: Tx, organizationId: string): Promise<Record<BuiltInRole, RoleEntity>> {
    const all = this.newRole(organizationId, 'All', 'ALL');
    const administrator = this.newRole(organizationId, 'Administrator', 'ADMINISTRATOR');
    administrator.permissions = [...ALL_PERMISSIONS];
    administrator.visibility = 'ALL';
    await tx.manager.insert(RoleEntity, [all, administrator]);
    return { ALL: all, ADMINISTRATOR: administrator };
  }

  async createRole(tx: Tx, organizationId: string, change: RoleChange): Promise<RoleEntity | Refusal> {
    const name = checkName(change.name ?? '');
    if (isRefusal(name)) return name;
    const role = this.newRole(organizationId, name, null);
    const refusal = this.applyChange(role, { ...change, name: null });
    return refusal ?? this.insertOrTaken(tx, RoleEntity, role);
  }

  /** Checks the whole change before any of it is applied; the caller saves with `saveRole`. */
  applyChange(role: RoleEntity, change: RoleChange): Refusal | null {
    const name = change.name === null || change.name === undefined ? role.name : checkName(change.name);
    if (isRefusal(name)) return name;
    const grace = checkGraceDays(change.graceDays ?? role.graceDays);
    if (isRefusal(grace)) return grace;
    if (role.builtIn !== null && (name !== role.name || change.permissions || change.visibility)) {
      return refuse('BUILT_IN', {
        message: `Only the two-factor requirement of the role ${role.name} can be changed.`,
      });
    }
    role.name = name;
    role.nameKey = nameKey(name);
    role.permissions = change.permissions ? [...new Set(change.permissions)] : role.permissions;
    role.visibility = change.visibility ?? role.visibility;
    role.graceDays = grace;
    role.requireTwoFactor = change.requireTwoFactor ?? role.requireTwoFactor;
    if (role.requireTwoFactor) role.firstRequiredAt ??= this.clock.now();
    return null;
  }

  async saveRole(tx: Tx, role: RoleEntity): Promise<RoleEntity | Refusal> {
    try {
      return await tx.repository(RoleEntity).save(role);
    } catch (error) {
      if (isDuplicateKey(error)) return refuse('NAME_TAKEN');
      throw error;
    }
  }

  async deleteRole(tx: Tx, role: RoleEntity): Promise<Refusal | null> {
    if (role.builtIn !== null) return refuse('BUILT_IN', { message: `The role ${role.name} cannot be deleted.` });
    if (await this.store.roleIsInUse(tx, role.id)) {
      return refuse('IN_USE', { message: 'Users or groups still have this role.' });
    }
    await tx.manager.delete(RoleEntity, { id: role.id });
    return null;
  }

  async createGroup(
    tx: Tx,
    organizationId: string,
    name: string,
    roleIds: readonly string[],
  ): Promise<GroupEntity | Refusal> {
    const checked = checkName(name);
    if (isRefusal(checked)) return checked;
    const now = this.clock.now();
    const row = { id: this.random.id(now), organizationId, name: checked, nameKey: nameKey(checked), createdAt: now };
    const group = await this.insertOrTaken(tx, GroupEntity, tx.manager.create(GroupEntity, row));
    if (!isRefusal(group)) await this.store.setRolesOfGroup(tx, group, roleIds, now);
    return group;
  }

  async renameGroup(tx: Tx, group: GroupEntity, name: string): Promise<GroupEntity | Refusal> {
    const checked = checkName(name);
    if (isRefusal(checked)) return checked;
    group.name = checked;
    group.nameKey = nameKey(checked);
    try {
      return await tx.repository(GroupEntity).save(group);
    } catch (error) {
      if (isDuplicateKey(error)) return refuse('NAME_TAKEN');
      throw error;
    }
  }

  async deleteGroup(tx: Tx, group: GroupEntity): Promise<Refusal | null> {
    if (await this.store.groupIsInUse(tx, group.id)) {
      return refuse('IN_USE', { message: 'This group still has members.' });
    }
    await tx.manager.delete(GroupRoleEntity, { groupId: group.id });
    await tx.manager.delete(GroupEntity, { id: group.id });
    return null;
  }

  private newRole(organizationId: string, name: string, builtIn: BuiltInRole | null): RoleEntity {
    const now = this.clock.now();
    return Object.assign(new RoleEntity(), {
      id: this.random.id(now),
      organizationId,
      name,
      nameKey: nameKey(name),
      builtIn,
      permissions: [],
      visibility: 'OWN_GROUPS' as const,
      requireTwoFactor: false,
      firstRequiredAt: null,
      graceDays: 0,
      createdAt: now,
    });
  }

  private async insertOrTaken<T extends RoleEntity | GroupEntity>(
    tx: Tx,
    entity: new () => T,
    row: T,
  ): Promise<T | Refusal> {
    try {
      await tx.manager.insert(entity, row as never);
      return row;
    } catch (error) {
      if (isDuplicateKey(error)) return refuse('NAME_TAKEN');
      throw error;
    }
  }
}
