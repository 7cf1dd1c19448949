import type { Permission, Visibility } from '../shared/codes.js';
import type { RoleEntity } from './role.entity.js';

/** How a role came to a user: as one of everyone, directly, or through a group. */
export type RolePath =
  { kind: 'everyone' } | { kind: 'direct' } | { kind: 'group'; groupId: string; groupName: string };

export interface HeldRole {
  role: RoleEntity;
  path: RolePath;
  /** Since when the user holds it in this way; null for `All`, which comes with the account. */
  since: Date | null;
}

/** What the roles of a user permit together. */
export function permissionsOf(held: readonly HeldRole[]): Set<Permission> {
  return new Set(held.flatMap(({ role }) => role.permissions));
}

/** Roles without permissions do not widen the view: `All`, which everyone has, would show everyone to everyone. */
export function visibilityOf(held: readonly HeldRole[]): Visibility {
  return held.some(({ role }) => role.permissions.length > 0 && role.visibility === 'ALL') ? 'ALL' : 'OWN_GROUPS';
}

export const isAdministrator = (held: readonly HeldRole[]): boolean =>
  held.some(({ role }) => role.builtIn === 'ADMINISTRATOR');
