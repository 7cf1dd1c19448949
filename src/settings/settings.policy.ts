import { FACTOR_METHODS, type FactorMethod, isFactorMethod, type Method, type TotpDelivery } from '../shared/codes.js';
import { refuse, type Refusal } from '../shared/outcome.js';

/** What may be set, and within which bounds. Null and absent both mean "leave it as it is". */
export interface TwoFactorChange {
  methods?: readonly Method[] | null;
  issuer?: string | null;
  totpDelivery?: TotpDelivery | null;
  enrollmentLinkSeconds?: number | null;
  codeSeconds?: number | null;
  rememberBrowserDays?: number | null;
  coverMobileApps?: boolean | null;
  exemptPortalUsers?: boolean | null;
  totpResetByMail?: boolean | null;
}

export interface TwoFactorValues {
  methods: FactorMethod[];
  issuer: string;
  totpDelivery: TotpDelivery;
  enrollmentLinkSeconds: number;
  codeSeconds: number;
  rememberBrowserDays: number;
  coverMobileApps: boolean;
  exemptPortalUsers: boolean;
  totpResetByMail: boolean;
}

/** Seconds, and days. The upper bounds are promises: NIST 800-63B-4 3.1.3.2 and 4.1.2.2 set ten minutes. */
const BOUNDS = {
  enrollmentLinkSeconds: { from: 60, to: 600, what: 'The life of an enrollment link, in seconds,' },
  codeSeconds: { from: 30, to: 600, what: 'The life of a code, in seconds,' },
  rememberBrowserDays: { from: 0, to: 90, what: 'The days of a trusted browser' },
} as const;

/** What stands in a mail's subject and in an app's list: no line breaks, no colon (it parts issuer and account). */
const ISSUER = /^[^\p{C}:]{1,64}$/u;

const invalid = (message: string): Refusal => refuse('INVALID_VALUE', { message });

function boundsProblem(change: TwoFactorChange): string | null {
  for (const [name, { from, to, what }] of Object.entries(BOUNDS)) {
    const value = change[name as keyof typeof BOUNDS];
    if (value === null || value === undefined) continue;
    if (!Number.isInteger(value) || value < from || value > to) {
      return `${what} must be from ${String(from)} to ${String(to)}.`;
    }
  }
  return null;
}

const present = <T extends object>(change: T): Partial<T> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null && value !== undefined)) as Partial<T>;

/** Checks a change and applies it to the values that stand. */
export function applyTwoFactorChange(current: TwoFactorValues, change: TwoFactorChange): TwoFactorValues | Refusal {
  const problem = boundsProblem(change);
  if (problem !== null) return invalid(problem);

  const { methods, issuer, ...rest } = present(change);
  const next: TwoFactorValues = { ...current, ...(rest as Partial<TwoFactorValues>) };
  if (methods !== undefined && methods !== null) {
    const chosen = FACTOR_METHODS.filter((method) => methods.includes(method));
    if (chosen.length === 0 || methods.some((method) => !isFactorMethod(method))) {
      return invalid('Choose one or more of TOTP, EMAIL and SMS. Recovery codes stand beside them and are no choice.');
    }
    next.methods = chosen;
  }
  if (issuer !== undefined && issuer !== null) {
    const name = issuer.trim();
    if (!ISSUER.test(name)) return invalid('The issuer has from 1 to 64 characters, without a colon or line break.');
    next.issuer = name;
  }
  return next;
}
