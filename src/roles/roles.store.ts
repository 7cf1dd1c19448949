import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Tx } from '../platform/database/index.js';
import type { Catalogue, Memberships } from './catalogue.js';
import { GroupEntity } from './group.entity.js';
import { GroupMemberEntity, GroupRoleEntity, RoleMemberEntity } from './membership.entity.js';
import { RoleEntity } from './role.entity.js';

/** How many ids go into one IN list: SQLite and MySQL both take many more, but their plans do not. */
const CHUNK = 500;

function* chunks<T>(items: readonly T[]): Generator<T[]> {
  for (let from = 0; from < items.length; from += CHUNK) yield items.slice(from, from + CHUNK);
}

@Injectable()
export class RolesStore {
  async catalogue(tx: Tx, organizationId: string): Promise<Catalogue> {
    const roles = await tx
      .repository(RoleEntity)
      .find({ where: { organizationId }, order: { createdAt: 'ASC', id: 'ASC' } });
    const groups = await tx
      .repository(GroupEntity)
      .find({ where: { organizationId }, order: { name: 'ASC', id: 'ASC' } });
    const groupRoles = await tx.repository(GroupRoleEntity).find({ where: { organizationId } });
    return { roles, groups, groupRoles };
  }

  /** Two queries for up to five hundred users. */
  async memberships(tx: Tx, userIds: readonly string[]): Promise<Map<string, Memberships>> {
    const all = new Map<string, { roles: RoleMemberEntity[]; groups: GroupMemberEntity[] }>(
      userIds.map((id) => [id, { roles: [], groups: [] }]),
    );
    for (const ids of chunks(userIds)) {
      for (const row of await tx.repository(RoleMemberEntity).findBy({ userId: In(ids) })) {
        all.get(row.userId)?.roles.push(row);
      }
      for (const row of await tx.repository(GroupMemberEntity).findBy({ userId: In(ids) })) {
        all.get(row.userId)?.groups.push(row);
      }
    }
    return all;
  }

  async setRolesOf(
    tx: Tx,
    user: { id: string; organizationId: string },
    roleIds: readonly string[],
    now: Date,
  ): Promise<void> {
    const standing = await tx.repository(RoleMemberEntity).findBy({ userId: user.id });
    const gone = standing.filter(({ roleId }) => !roleIds.includes(roleId)).map(({ roleId }) => roleId);
    const fresh = roleIds.filter((roleId) => !standing.some((row) => row.roleId === roleId));
    if (gone.length > 0) await tx.manager.delete(RoleMemberEntity, { userId: user.id, roleId: In(gone) });
    if (fresh.length > 0) {
      const { id: userId, organizationId } = user;
      await tx.manager.insert(
        RoleMemberEntity,
        fresh.map((roleId) => ({ userId, roleId, organizationId, since: now })),
      );
    }
  }

  async setGroupsOf(
    tx: Tx,
    user: { id: string; organizationId: string },
    groupIds: readonly string[],
    now: Date,
  ): Promise<void> {
    const standing = await tx.repository(GroupMemberEntity).findBy({ userId: user.id });
    const gone = standing.filter(({ groupId }) => !groupIds.includes(groupId)).map(({ groupId }) => groupId);
    const fresh = groupIds.filter((groupId) => !standing.some((row) => row.groupId === groupId));
    if (gone.length > 0) await tx.manager.delete(GroupMemberEntity, { userId: user.id, groupId: In(gone) });
    if (fresh.length > 0) {
      const { id: userId, organizationId } = user;
      await tx.manager.insert(
        GroupMemberEntity,
        fresh.map((groupId) => ({ userId, groupId, organizationId, since: now })),
      );
    }
  }

  async setRolesOfGroup(tx: Tx, group: GroupEntity, roleIds: readonly string[], now: Date): Promise<void> {
    const standing = await tx.repository(GroupRoleEntity).findBy({ groupId: group.id });
    const gone = standing.filter(({ roleId }) => !roleIds.includes(roleId)).map(({ roleId }) => roleId);
    const fresh = roleIds.filter((roleId) => !standing.some((row) => row.roleId === roleId));
    if (gone.length > 0) await tx.manager.delete(GroupRoleEntity, { groupId: group.id, roleId: In(gone) });
    if (fresh.length > 0) {
      const { id: groupId, organizationId } = group;
      await tx.manager.insert(
        GroupRoleEntity,
        fresh.map((roleId) => ({ groupId, roleId, organizationId, since: now })),
      );
    }
  }

  async userIdsInGroup(tx: Tx, groupId: string): Promise<string[]> {
    const rows = await tx
      .repository(GroupMemberEntity)
      .find({ where: { groupId }, select: { userId: true, groupId: true } });
    return rows.map(({ userId }) => userId);
  }

  /** Users who hold a role directly, and those who hold it through a group. */
  async userIdsWithRole(tx: Tx, roleId: string): Promise<string[]> {
    const direct = await tx.repository(RoleMemberEntity).findBy({ roleId });
    const groups = await tx.repository(GroupRoleEntity).findBy({ roleId });
    const members =
      groups.length === 0
        ? []
        : await tx.repository(GroupMemberEntity).findBy({ groupId: In(groups.map(({ groupId }) => groupId)) });
    return [...new Set([...direct, ...members].map(({ userId }) => userId))];
  }

  async roleIsInUse(tx: Tx, roleId: string): Promise<boolean> {
    return (
      (await tx.repository(RoleMemberEntity).existsBy({ roleId })) ||
      tx.repository(GroupRoleEntity).existsBy({ roleId })
    );
  }

  async groupIsInUse(tx: Tx, groupId: string): Promise<boolean> {
    return tx.repository(GroupMemberEntity).existsBy({ groupId });
  }
}
