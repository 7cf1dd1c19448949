import type { Catalogue, GroupEntity, RoleEntity } from '../../roles/index.js';
import type { Actor } from '../../shared/actor.js';
import { notFound } from '../../shared/api-error.js';

/** A group that the actor may know of: whoever sees only their own groups has no others. */
export function groupOf(
  catalogue: Catalogue,
  actor: Pick<Actor, 'visibility' | 'groupIds'>,
  id: string,
): GroupEntity | null {
  if (actor.visibility !== 'ALL' && !actor.groupIds.includes(id)) return null;
  return catalogue.groups.find((group) => group.id === id) ?? null;
}

/**
 * The roles of these ids, each once. `All` is passed over: everyone has it, and nobody is given it.
 * @throws ApiError NOT_FOUND for an id that is no role of the organization
 */
export function chosenRoles(catalogue: Catalogue, ids: readonly string[]): RoleEntity[] {
  const chosen = [...new Set(ids)].map((id) => {
    const role = catalogue.roles.find((each) => each.id === id);
    if (role === undefined) throw notFound('role');
    return role;
  });
  return chosen.filter(({ builtIn }) => builtIn !== 'ALL');
}

/** The roles that a group hands on, and since when it does. */
export function handOnsOf(catalogue: Catalogue, groupId: string): { role: RoleEntity; since: Date }[] {
  return catalogue.groupRoles
    .filter((each) => each.groupId === groupId)
    .flatMap(({ roleId, since }) => {
      const role = catalogue.roles.find(({ id }) => id === roleId);
      return role === undefined ? [] : [{ role, since }];
    });
}
