import type { RoleEntity } from '../../roles/index.js';
import type { SettingsEntity } from '../../settings/index.js';

type Requirement = Pick<RoleEntity, 'requireTwoFactor' | 'firstRequiredAt'>;

/**
 * From when on, at the earliest, these hand-ons asked a group's members for a second factor; null where they never did.
 * A member who joined later was first asked when joining.
 */
export function reachedThrough(
  handOns: readonly { role: Requirement; since: Date }[],
  { firstEnabledAt }: Pick<SettingsEntity, 'firstEnabledAt'>,
): Date | null {
  const times = handOns.flatMap(({ role, since }) =>
    role.requireTwoFactor && role.firstRequiredAt !== null && firstEnabledAt !== null
      ? [Math.max(role.firstRequiredAt.getTime(), firstEnabledAt.getTime(), since.getTime())]
      : [],
  );
  return times.length === 0 ? null : new Date(Math.min(...times));
}
