import type { PolicyGround } from '../../auth/index.js';
import type { Catalogue, RoleEntity } from '../../roles/index.js';
import { handOnsOf } from '../roles/group-roles.policy.js';
import type { KeptReach } from './changed-ground.service.js';

/**
 * What of a membership can make a difference to the decision. Memberships of one sort are interchangeable: the roles
 * that come by them require, or do not require, the same before and after the change, with the same grace, from times
 * between which no grace ends.
 */
export interface MembershipSort {
  ids: string[];
}

export interface Reach {
  /** Times at which a grace that ends now has begun, oldest first: two dates between the same ones decide alike. */
  cutoffs: readonly Date[];
  roles: MembershipSort[];
  groups: MembershipSort[];
}

const DAY_MS = 24 * 3600 * 1000;

/** How many of the cutoffs lie before a date. The queries count in the same way. */
export const classOf = (date: Date, cutoffs: readonly Date[]): number =>
  cutoffs.filter((cutoff) => date > cutoff).length;

function cutoffsOf(catalogues: readonly Catalogue[], now: Date): Date[] {
  const requiring = catalogues.flatMap(({ roles }) => roles.filter(({ requireTwoFactor }) => requireTwoFactor));
  const days = new Set(requiring.map(({ graceDays }) => graceDays));
  return [...days].sort((a, b) => b - a).map((each) => new Date(now.getTime() - each * DAY_MS));
}

/** What one role does to whoever holds it by one way; null where it does nothing. */
function effectOf(
  role: RoleEntity,
  handedOn: Date | null,
  ground: PolicyGround,
  cutoffs: readonly Date[],
): string | null {
  if (!role.requireTwoFactor) return null;
  const { firstEnabledAt } = ground.settings;
  if (role.firstRequiredAt === null || firstEnabledAt === null) return `${String(role.graceDays)}:never`;
  const from = [role.firstRequiredAt, firstEnabledAt, ...(handedOn === null ? [] : [handedOn])];
  return `${String(role.graceDays)}:${String(Math.max(...from.map((date) => classOf(date, cutoffs))))}`;
}

function effectsOfGroup(groupId: string, ground: PolicyGround, cutoffs: readonly Date[]): string[] {
  return handOnsOf(ground.catalogue, groupId)
    .flatMap(({ role, since }) => effectOf(role, since, ground, cutoffs) ?? [])
    .sort();
}

function effectsOfRole(roleId: string, ground: PolicyGround, cutoffs: readonly Date[]): string[] {
  const role = ground.catalogue.roles.find(({ id }) => id === roleId);
  return role === undefined ? [] : [effectOf(role, null, ground, cutoffs) ?? []].flat();
}

/** Groups ids by what they do; what does nothing at all is left out, and need not be read. */
function sortsOf(ids: readonly string[], describe: (id: string) => readonly unknown[]): MembershipSort[] {
  const sorts = new Map<string, MembershipSort>();
  for (const id of ids) {
    const description = describe(id);
    if (description.flat().every((part) => part === false)) continue;
    const key = JSON.stringify(description);
    const sort = sorts.get(key) ?? { ids: [] };
    sort.ids.push(id);
    sorts.set(key, sort);
  }
  return [...sorts.values()];
}

export function reachOf(before: PolicyGround, after: PolicyGround, kept: KeptReach | null, now: Date): Reach {
  const cutoffs = cutoffsOf([before.catalogue, after.catalogue], now);
  const isAdministrator = (role: RoleEntity): boolean => role.builtIn === 'ADMINISTRATOR';
  const { roles, groups } = after.catalogue;
  return {
    cutoffs,
    roles: sortsOf(
      roles.filter(({ builtIn }) => builtIn !== 'ALL').map(({ id }) => id),
      (id) => [
        effectsOfRole(id, before, cutoffs),
        effectsOfRole(id, after, cutoffs),
        roles.some((role) => role.id === id && isAdministrator(role)),
      ],
    ),
    groups: sortsOf(
      groups.map(({ id }) => id),
      (id) => [
        effectsOfGroup(id, before, cutoffs),
        effectsOfGroup(id, after, cutoffs),
        handOnsOf(after.catalogue, id).some(({ role }) => isAdministrator(role)),
        kept?.groupId === id,
      ],
    ),
  };
}
