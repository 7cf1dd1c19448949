import { Injectable } from '@nestjs/common';
import type { PolicyGround } from '../../auth/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { type Catalogue, RoleEntity, RolesService } from '../../roles/index.js';
import { SettingsEntity, SettingsService } from '../../settings/index.js';
import type { Actor } from '../../shared/actor.js';
import { badInput, notFound } from '../../shared/api-error.js';
import { groupOf, handOnsOf, rolesNamed } from '../roles/group-roles.policy.js';
import { reachedThrough } from '../roles/requirement.policy.js';
import type { TwoFactorChangeInput } from './preview.types.js';

/** A group that loses a role keeps when the requirement had reached its members; see RoleHoldersStore.keepReached. */
export interface KeptReach {
  groupId: string;
  from: Date;
}

export interface ChangedGround {
  ground: PolicyGround;
  kept: KeptReach | null;
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

/**
 * Applies a change to a copy of what policy stands on. It goes through the same functions as the change itself, so that
 * a preview cannot promise something else: `enabled` is what enableTwoFactor(forEveryone: false) and disableTwoFactor
 * write, `methods` and `coverMobileApps` what updateSettings writes, and so on for updateRole and updateGroup.
 */
@Injectable()
export class ChangedGrounds {
  constructor(
    private readonly clock: Clock,
    private readonly settings: SettingsService,
    private readonly roles: RolesService,
  ) {}

  /** @throws ApiError NOT_FOUND, BAD_USER_INPUT */
  apply(actor: Actor, before: PolicyGround, change: TwoFactorChangeInput): ChangedGround {
    if (isGiven(change.roleId) !== isGiven(change.roleRequiresTwoFactor)) {
      throw badInput('"roleId" and "roleRequiresTwoFactor" go together.');
    }
    if (isGiven(change.groupId) !== isGiven(change.groupRoleIds)) {
      throw badInput('"groupId" and "groupRoleIds" go together.');
    }
    const settings = this.changedSettings(before.settings, change);
    const catalogue = this.withRole(before.catalogue, change);
    if (!isGiven(change.groupId)) return { ground: { settings, catalogue }, kept: null };
    return this.withGroup(actor, { before, settings, catalogue }, change.groupId, change.groupRoleIds ?? []);
  }

  private changedSettings(standing: SettingsEntity, { enabled, methods, coverMobileApps }: TwoFactorChangeInput) {
    const settings = Object.assign(new SettingsEntity(), standing);
    const refusal = this.settings.apply(settings, { twoFactor: { methods, coverMobileApps } });
    if (refusal !== null) throw badInput(refusal.message);
    if (enabled === true && !settings.enabled) {
      Object.assign(settings, { enabled, firstEnabledAt: settings.firstEnabledAt ?? this.clock.now() });
    }
    if (enabled === false) Object.assign(settings, { enabled, suspendedUntil: null });
    return settings;
  }

  private withRole(catalogue: Catalogue, { roleId, roleRequiresTwoFactor }: TwoFactorChangeInput): Catalogue {
    if (!isGiven(roleId)) return catalogue;
    const standing = catalogue.roles.find(({ id }) => id === roleId);
    if (standing === undefined) throw notFound('role');
    const role = Object.assign(new RoleEntity(), standing);
    const refusal = this.roles.applyChange(role, { requireTwoFactor: roleRequiresTwoFactor });
    if (refusal !== null) throw badInput(refusal.message);
    return { ...catalogue, roles: catalogue.roles.map((each) => (each.id === roleId ? role : each)) };
  }

  private withGroup(
    actor: Actor,
    changed: { before: PolicyGround; settings: SettingsEntity; catalogue: Catalogue },
    groupId: string,
    roleIds: readonly string[],
  ): ChangedGround {
    const { before, settings, catalogue } = changed;
    if (groupOf(catalogue, actor, groupId) === null) throw notFound('group');
    const named = rolesNamed(catalogue, roleIds);
    const now = this.clock.now();
    const groupRoles = [
      ...catalogue.groupRoles.filter((each) => each.groupId !== groupId),
      ...named.map(({ id: roleId }) => {
        const standing = catalogue.groupRoles.find((each) => each.groupId === groupId && each.roleId === roleId);
        return standing ?? { groupId, roleId, since: now };
      }),
    ];
    const lost = handOnsOf(before.catalogue, groupId).filter(({ role }) => !named.some(({ id }) => id === role.id));
    const from = reachedThrough(lost, before.settings);
    return {
      ground: { settings, catalogue: { ...catalogue, groupRoles } },
      kept: from === null ? null : { groupId, from },
    };
  }
}
