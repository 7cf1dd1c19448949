import { LOCALES, type Locale, type UserKind } from '../../shared/codes.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import {
  checkDisplayName,
  checkEmail,
  checkPhone,
  type CreateUserInput,
  type UpdateUserInput,
  type UserEntity,
} from '../../users/index.js';

export interface NewUserFields {
  email: string;
  displayName: string;
  phone: string | null;
  kind: UserKind;
  locale: Locale;
  useTwoFactor: boolean;
  canToggleTwoFactor: boolean;
}

/** The columns that get another value; what stays as it is is not among them. */
export type UserChange = Partial<
  Pick<UserEntity, 'displayName' | 'email' | 'phone' | 'active' | 'locale' | 'useTwoFactor' | 'canToggleTwoFactor'>
>;

const SERVICE_MAY_CHANGE: readonly string[] = ['displayName', 'active'];

const serviceRefusal = (): Refusal =>
  refuse('INVALID_VALUE', {
    message: 'A service user acts by API key alone: it has no password, phone number, mails or second factor.',
  });

function checkLocale(locale: string): Locale | Refusal {
  const known = LOCALES.find((each) => each === locale);
  return known ?? refuse('INVALID_VALUE', { message: `The languages are ${LOCALES.join(', ')}.` });
}

/** An empty one stands for none. */
const checkOptionalPhone = (phone: string): string | null | Refusal => (phone.trim() === '' ? null : checkPhone(phone));

export function checkNewUser(input: CreateUserInput): NewUserFields | Refusal {
  const kind = input.kind ?? 'MEMBER';
  const email = checkEmail(input.email);
  if (isRefusal(email)) return email;
  const displayName = checkDisplayName(input.displayName);
  if (isRefusal(displayName)) return displayName;
  const phone = checkOptionalPhone(input.phone ?? '');
  if (isRefusal(phone)) return phone;
  const locale = checkLocale(input.locale ?? 'en');
  if (isRefusal(locale)) return locale;
  if (kind === 'SERVICE') {
    const { useTwoFactor, canToggleTwoFactor, sendActivationEmail } = input;
    const given = typeof input.password === 'string' || phone !== null;
    if (given || useTwoFactor || canToggleTwoFactor || sendActivationEmail) return serviceRefusal();
    return { email, displayName, phone, kind, locale, useTwoFactor: false, canToggleTwoFactor: false };
  }
  const useTwoFactor = input.useTwoFactor ?? false;
  const canToggleTwoFactor = input.canToggleTwoFactor ?? true;
  return { email, displayName, phone, kind, locale, useTwoFactor, canToggleTwoFactor };
}

/** Null and left out mean untouched, and so does the value that stands already. */
export function checkUserChange(user: UserEntity, input: UpdateUserInput): UserChange | Refusal {
  const change: UserChange = {};
  if (typeof input.displayName === 'string') {
    const displayName = checkDisplayName(input.displayName);
    if (isRefusal(displayName)) return displayName;
    if (displayName !== user.displayName) change.displayName = displayName;
  }
  if (typeof input.email === 'string') {
    const email = checkEmail(input.email);
    if (isRefusal(email)) return email;
    if (email !== user.email) change.email = email;
  }
  if (typeof input.phone === 'string') {
    const phone = checkOptionalPhone(input.phone);
    if (isRefusal(phone)) return phone;
    if (phone !== user.phone) change.phone = phone;
  }
  if (typeof input.locale === 'string') {
    const locale = checkLocale(input.locale);
    if (isRefusal(locale)) return locale;
    if (locale !== user.locale) change.locale = locale;
  }
  for (const flag of ['active', 'useTwoFactor', 'canToggleTwoFactor'] as const) {
    const value = input[flag];
    if (typeof value === 'boolean' && value !== user[flag]) change[flag] = value;
  }
  const isService = user.kind === 'SERVICE';
  if (isService && Object.keys(change).some((name) => !SERVICE_MAY_CHANGE.includes(name))) return serviceRefusal();
  return change;
}
