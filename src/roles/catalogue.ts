import type { GroupEntity } from './group.entity.js';
import type { HeldRole } from './held-role.js';
import type { GroupRoleEntity } from './membership.entity.js';
import type { RoleEntity } from './role.entity.js';

/** All roles and groups of one organization, and which group hands on which role. Read whole: there are few. */
export interface Catalogue {
  roles: readonly RoleEntity[];
  groups: readonly GroupEntity[];
  groupRoles: readonly Pick<GroupRoleEntity, 'groupId' | 'roleId' | 'since'>[];
}

/** What one user belongs to. */
export interface Memberships {
  roles: readonly { roleId: string; since: Date }[];
  groups: readonly { groupId: string; since: Date }[];
}

export const NO_MEMBERSHIPS: Memberships = { roles: [], groups: [] };

const later = (a: Date, b: Date): Date => (a > b ? a : b);

/** Pure: every role a user holds and every way in which they hold it, `All` first, then direct, then by group. */
export function heldRoles(catalogue: Catalogue, memberships: Memberships): HeldRole[] {
  const byId = new Map(catalogue.roles.map((role) => [role.id, role]));
  const held: HeldRole[] = catalogue.roles
    .filter((role) => role.builtIn === 'ALL')
    .map((role) => ({ role, path: { kind: 'everyone' }, since: null }));

  for (const { roleId, since } of memberships.roles) {
    const role = byId.get(roleId);
    if (role) held.push({ role, path: { kind: 'direct' }, since });
  }
  for (const membership of memberships.groups) {
    const group = catalogue.groups.find(({ id }) => id === membership.groupId);
    if (!group) continue;
    for (const handedOn of catalogue.groupRoles.filter(({ groupId }) => groupId === group.id)) {
      const role = byId.get(handedOn.roleId);
      if (!role) continue;
      const path = { kind: 'group', groupId: group.id, groupName: group.name } as const;
      held.push({ role, path, since: later(membership.since, handedOn.since) });
    }
  }
  return held;
}
