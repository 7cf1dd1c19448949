import type { Catalogue, GroupEntity, RoleEntity } from '../../roles/index.js';
import type { Actor } from '../../shared/actor.js';
import { chosenRoles } from '../users/choice.policy.js';
import { covers, type Power } from '../users/grant.policy.js';

/** A group that the actor may know of: whoever sees only their own groups has no others. */
export function groupOf(
  catalogue: Catalogue,
  actor: Pick<Actor, 'visibility' | 'groupIds'>,
  id: string,
): GroupEntity | null {
  if (actor.visibility !== 'ALL' && !actor.groupIds.includes(id)) return null;
  return catalogue.groups.find((group) => group.id === id) ?? null;
}

/** The roles that were named, but for `All`. @throws ApiError NOT_FOUND for an id that is no role of the organization */
export function rolesNamed(catalogue: Catalogue, ids: readonly string[]): RoleEntity[] {
  const chosen = chosenRoles(catalogue, ids);
  return catalogue.roles.filter(({ id }) => chosen.includes(id));
}

/** Whether the actor holds what the role carries: its permissions, and the sight of everyone. */
export const mayGrantRole = (
  actor: Power,
  { permissions, visibility }: Pick<RoleEntity, 'permissions' | 'visibility'>,
): boolean => covers(actor, { permissions: new Set(permissions), visibility });

/** The roles that a group hands on, and since when it does. */
export function handOnsOf(catalogue: Catalogue, groupId: string): { role: RoleEntity; since: Date }[] {
  return catalogue.groupRoles
    .filter((each) => each.groupId === groupId)
    .flatMap(({ roleId, since }) => {
      const role = catalogue.roles.find(({ id }) => id === roleId);
      return role === undefined ? [] : [{ role, since }];
    });
}
