import type { UserKind } from '../../shared/codes.js';

/** A role that requires a second factor, in one way of holding it. */
export interface RoleFact {
  name: string;
  /** The role that everyone has. */
  everyones: boolean;
  /** The group that hands it on; null where it is held directly, or by everyone. */
  group: string | null;
  graceDays: number;
  /** When this role, held in this way, first asked for a second factor while two-factor was on; null for not yet. */
  reachedAt: Date | null;
}

const DAY_MS = 24 * 3600 * 1000;

/**
 * `All` is looked at for members only: portal users are asked through a role that was given to them on purpose. A
 * service user never signs in: its API key is its own credential, and no role asks it for more.
 */
export const isRequiringFor = (role: RoleFact, kind: UserKind): boolean =>
  kind !== 'SERVICE' && !(kind === 'PORTAL' && role.everyones);

/**
 * Until when enrolling may be put off; null where it may not, or no longer. Where several roles require it, the one
 * whose grace ends first counts: the strictest is what an administrator meant.
 * @param reachedAt when a requirement first reached the user; later requirements do not begin the grace anew
 */
export function graceOf(
  roles: readonly RoleFact[],
  reachedAt: Date | null,
  now: Date,
  decisiveRule: string | undefined,
): Date | null {
  if (decisiveRule !== 'role' && decisiveRule !== 'group-role') return null;
  const endings = roles.map((role) => {
    const from = reachedAt ?? role.reachedAt ?? now;
    return from.getTime() + role.graceDays * DAY_MS;
  });
  const first = Math.min(...endings);
  return first > now.getTime() ? new Date(first) : null;
}
