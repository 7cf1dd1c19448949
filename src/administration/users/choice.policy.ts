import type { Catalogue } from '../../roles/index.js';
import { notFound } from '../../shared/api-error.js';

/**
 * The roles that were named, each once. `All` may be among them and means nothing: everyone has it.
 * @throws ApiError NOT_FOUND for a role of no, or of another, organization
 */
export function chosenRoles(catalogue: Catalogue, ids: readonly string[]): string[] {
  const roles = [...new Set(ids)].map((id) => {
    const role = catalogue.roles.find((each) => each.id === id);
    if (role === undefined) throw notFound('role');
    return role;
  });
  return roles.filter(({ builtIn }) => builtIn !== 'ALL').map(({ id }) => id);
}

/** @throws ApiError NOT_FOUND for a group of no, or of another, organization */
export function chosenGroups(catalogue: Catalogue, ids: readonly string[]): string[] {
  const chosen = [...new Set(ids)];
  if (!chosen.every((id) => catalogue.groups.some((group) => group.id === id))) throw notFound('group');
  return chosen;
}

/** For the audit, which should read without looking ids up. */
export function namesOf(known: readonly { id: string; name: string }[], ids: readonly string[]): string {
  const names = known.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  return names.join(', ');
}

export const sameIds = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));
