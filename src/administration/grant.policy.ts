import type { Actor } from '../shared/actor.js';
import type { Permission, Visibility } from '../shared/codes.js';

type Holder = Pick<Actor, 'permissions' | 'visibility'>;

/** Nobody gives, or acts on, permissions that they do not hold: a helpdesk that resets an administrator would be one. */
export const holdsAll = (actor: Pick<Actor, 'permissions'>, permissions: Iterable<Permission>): boolean =>
  [...permissions].every((permission) => actor.permissions.has(permission));

/** Whether the actor holds what the role carries: its permissions, and the sight of everyone. */
export const mayGrantRole = (
  actor: Holder,
  role: { permissions: readonly Permission[]; visibility: Visibility },
): boolean => holdsAll(actor, role.permissions) && (role.visibility !== 'ALL' || actor.visibility === 'ALL');
