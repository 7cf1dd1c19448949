import type { Catalogue } from './catalogue.js';
import type { GroupEntity } from './group.entity.js';
import type { RoleEntity } from './role.entity.js';
import type { GroupType, RoleType } from './roles.types.js';

export function roleView(role: RoleEntity): RoleType {
  const { id, name, permissions, visibility, requireTwoFactor, graceDays } = role;
  return { id, name, builtIn: role.builtIn !== null, permissions, visibility, requireTwoFactor, graceDays };
}

export function groupView(group: Pick<GroupEntity, 'id' | 'name'>, catalogue: Catalogue): GroupType {
  const roleIds = new Set(
    catalogue.groupRoles.filter(({ groupId }) => groupId === group.id).map(({ roleId }) => roleId),
  );
  return { id: group.id, name: group.name, roles: catalogue.roles.filter(({ id }) => roleIds.has(id)).map(roleView) };
}
