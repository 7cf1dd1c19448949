import type { FactorEntity } from '../../otp/index.js';
import type { HeldRole } from '../../roles/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import type { ApplicationKind } from '../../shared/codes.js';
import { prefixAllowed, type UserEntity } from '../../users/index.js';
import type { RoleFact } from './grace.policy.js';
import type { PolicyFacts } from './two-factor.policy.js';

export interface Rows {
  user: Pick<
    UserEntity,
    | 'kind'
    | 'useTwoFactor'
    | 'requirementReachedAt'
    | 'preferredMethod'
    | 'emailConfirmedAt'
    | 'phone'
    | 'phoneConfirmedAt'
    | 'createdAt'
  >;
  settings: SettingsEntity;
  held: readonly HeldRole[];
  factors: readonly Pick<FactorEntity, 'method' | 'disabledAt'>[];
  recoveryCodesLeft: number;
}

const latest = (...dates: Date[]): Date => new Date(Math.max(...dates.map((date) => date.getTime())));

/** When this role first asked this user: not before the account, the role's tick, the membership, or the switch. */
function reachedAt({ role, since }: HeldRole, { user, settings }: Rows): Date | null {
  if (role.firstRequiredAt === null || settings.firstEnabledAt === null) return null;
  return latest(user.createdAt, role.firstRequiredAt, settings.firstEnabledAt, since ?? user.createdAt);
}

function roleFact(held: HeldRole, rows: Rows): RoleFact {
  const { role, path } = held;
  return {
    name: role.name,
    everyones: path.kind === 'everyone',
    group: path.kind === 'group' ? path.groupName : null,
    graceDays: role.graceDays,
    reachedAt: reachedAt(held, rows),
  };
}

/** From rows to what the decision looks at. */
export function factsOf(rows: Rows, application: ApplicationKind): PolicyFacts {
  const { user, settings, held, factors } = rows;
  return {
    organization: {
      enabled: settings.enabled,
      suspendedUntil: settings.suspendedUntil,
      methods: settings.methods,
      coverMobileApps: settings.coverMobileApps,
      exemptPortalUsers: settings.exemptPortalUsers,
      canText: settings.smsGatewayUrl !== null,
      allowedPrefixes: settings.smsAllowedPrefixes,
    },
    application,
    user: {
      kind: user.kind,
      useTwoFactor: user.useTwoFactor,
      requirementReachedAt: user.requirementReachedAt,
      preferred: user.preferredMethod,
      enrolled: factors.map(({ method }) => method),
      disabled: factors.filter(({ disabledAt }) => disabledAt !== null).map(({ method }) => method),
      emailConfirmed: user.emailConfirmedAt !== null,
      phone:
        user.phone === null
          ? null
          : {
              confirmed: user.phoneConfirmedAt !== null,
              prefixAllowed: prefixAllowed(user.phone, settings.smsAllowedPrefixes),
            },
      recoveryCodesLeft: rows.recoveryCodesLeft,
    },
    requiringRoles: held.filter(({ role }) => role.requireTwoFactor).map((each) => roleFact(each, rows)),
  };
}
