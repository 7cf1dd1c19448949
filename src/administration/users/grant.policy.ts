import { type HeldRole, permissionsOf, visibilityOf } from '../../roles/index.js';
import type { Permission, UserKind, Visibility } from '../../shared/codes.js';
import { refuse, type Refusal } from '../../shared/outcome.js';

/** What somebody's roles let them do, and whom they let them see. */
export interface Power {
  permissions: ReadonlySet<Permission>;
  visibility: Visibility;
}

/** What of an actor counts when memberships are handed out. */
export interface Grantor extends Power {
  groupIds: readonly string[];
}

export const powerOf = (held: readonly HeldRole[]): Power => ({
  permissions: permissionsOf(held),
  visibility: visibilityOf(held),
});

/** Whether nothing in `other` goes beyond what `own` holds. */
export function covers(own: Power, other: Power): boolean {
  if (other.visibility === 'ALL' && own.visibility !== 'ALL') return false;
  return [...other.permissions].every((permission) => own.permissions.has(permission));
}

/** Help-desk staff who could change an administrator's address, or take their factor away, would soon be one. */
export function actRefusal(actor: Power, held: readonly HeldRole[]): Refusal | null {
  if (covers(actor, powerOf(held))) return null;
  return refuse('NOT_GRANTABLE', { message: 'This user holds permissions that you do not hold yourself.' });
}

/** @param held all roles that the user would hold, direct and through groups */
export function grantRefusal(actor: Power, kind: UserKind, held: readonly HeldRole[]): Refusal | null {
  const power = powerOf(held);
  if (kind === 'PORTAL' && power.permissions.size > 0) {
    return refuse('NOT_GRANTABLE', {
      message: 'A portal user can hold no role that carries a permission, directly or through a group.',
    });
  }
  if (covers(actor, power)) return null;
  return refuse('NOT_GRANTABLE', { message: 'These roles or groups carry permissions that you do not hold yourself.' });
}

/**
 * Who sees only their own groups' people changes memberships of those groups alone: putting oneself into another
 * group would open the view of its people.
 */
export function groupsRefusal(actor: Grantor, before: readonly string[], after: readonly string[]): Refusal | null {
  if (actor.visibility === 'ALL') return null;
  const changed = [...after.filter((id) => !before.includes(id)), ...before.filter((id) => !after.includes(id))];
  if (changed.every((id) => actor.groupIds.includes(id))) return null;
  return refuse('NOT_GRANTABLE', { message: 'You can put people into your own groups only.' });
}

/** As above; and in no group at all the new user would be seen by nobody who made them. */
export function newUserGroupsRefusal(actor: Grantor, groupIds: readonly string[]): Refusal | null {
  if (actor.visibility === 'ALL' || groupIds.length > 0) return groupsRefusal(actor, [], groupIds);
  return refuse('NOT_GRANTABLE', { message: 'You can create users in your own groups only: name at least one.' });
}

/** Groups that the actor does not see are not in the list that they send back, and are left as they are. */
export function withUnseenGroups(actor: Grantor, before: readonly string[], wanted: readonly string[]): string[] {
  if (actor.visibility === 'ALL') return [...wanted];
  const unseen = before.filter((id) => !actor.groupIds.includes(id));
  return [...new Set([...wanted, ...unseen])];
}
