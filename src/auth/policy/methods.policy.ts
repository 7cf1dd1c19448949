import { FACTOR_METHODS, type FactorMethod, type Method } from '../../shared/codes.js';

/** What a user has in hand. */
export interface MethodFacts {
  /** Factors that the user has proven. A disabled one is among them: losing it must not mean that none is asked for. */
  enrolled: readonly FactorMethod[];
  /** Those of them that open nothing since a hundred failures in a row. */
  disabled: readonly FactorMethod[];
  emailConfirmed: boolean;
  /** Null where there is none on file. */
  phone: { confirmed: boolean; prefixAllowed: boolean } | null;
  recoveryCodesLeft: number;
}

interface OrganizationMethods {
  methods: readonly FactorMethod[];
  canText: boolean;
}

const textable = (user: MethodFacts, organization: OrganizationMethods): boolean =>
  organization.canText && (user.phone === null || user.phone.prefixAllowed);

/** Confirmed factors among the organization's methods; a confirmed address or phone number counts as one. */
function holds(user: MethodFacts, method: FactorMethod, organization: OrganizationMethods): boolean {
  if (user.disabled.includes(method)) return false;
  if (method === 'TOTP') return user.enrolled.includes('TOTP');
  if (method === 'EMAIL') return user.emailConfirmed;
  return user.phone?.confirmed === true && textable(user, organization);
}

/** The preferred one first. Recovery codes stand beside another method, never alone. */
export function usableMethods(
  user: MethodFacts,
  organization: OrganizationMethods,
  preferred: FactorMethod | null,
): Method[] {
  const held = FACTOR_METHODS.filter(
    (method) => organization.methods.includes(method) && holds(user, method, organization),
  );
  if (held.length === 0) return [];
  const first = preferred !== null && held.includes(preferred) ? [preferred] : [];
  const rest = held.filter((method) => !first.includes(method));
  return [...first, ...rest, ...(user.recoveryCodesLeft > 0 ? (['RECOVERY_CODE'] as const) : [])];
}

/** What could be set up now. An address is always on file; a number can be given, and texts need a gateway. */
export function enrollableMethods(user: MethodFacts, organization: OrganizationMethods): FactorMethod[] {
  return FACTOR_METHODS.filter(
    (method) => organization.methods.includes(method) && (method !== 'SMS' || textable(user, organization)),
  );
}
