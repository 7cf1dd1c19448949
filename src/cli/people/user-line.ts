import { fromBase32 } from '../../otp/index.js';
import { isVerifiableHash } from '../../platform/crypto/index.js';
import type { GroupEntity, RoleEntity } from '../../roles/index.js';
import { LOCALES, type Locale, UserKind } from '../../shared/codes.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import { checkDisplayName, checkEmail, checkPhone } from '../../users/index.js';
import { cellText, type ColumnName, type CsvRecord, splitNames } from './columns.js';

export interface ImportedUser {
  email: string;
  displayName: string;
  phone: string | null;
  kind: UserKind;
  locale: Locale;
  active: boolean;
  emailConfirmed: boolean;
  useTwoFactor: boolean;
  canToggleTwoFactor: boolean;
  roleIds: string[];
  groupIds: string[];
  passwordHash: string | null;
  totpSecret: Buffer | null;
}

/** What the names in a file can mean. */
export interface Known {
  roles: readonly Pick<RoleEntity, 'id' | 'name' | 'builtIn' | 'permissions'>[];
  groups: readonly Pick<GroupEntity, 'id' | 'name'>[];
  groupRoles: readonly { groupId: string; roleId: string }[];
}

/** The widths of the columns. */
const HASH_LONGEST = 255;
const NAME_LONGEST = 120;
/** 80 bits, which many products gave out, against the 128 that RFC 4226 asks for: better than all scanning anew. */
const SECRET_SHORTEST = 10;
const SECRET_LONGEST = 128;

const YES = ['true', 'yes', '1'];
const NO = ['false', 'no', '0'];

/** One line of an import, or what is wrong with it. No problem repeats a value: it may be a hash or a secret. */
export function readUserLine(record: CsvRecord, known: Known): ImportedUser | string[] {
  const problems: string[] = [];
  const cell = (name: ColumnName): string => cellText(record[name]);
  const checked = <T>(name: ColumnName, value: T | Refusal, instead: T): T => {
    if (!isRefusal(value)) return value;
    problems.push(`${name}: ${value.message}`);
    return instead;
  };
  const flag = (name: ColumnName, otherwise: boolean): boolean => {
    const text = cell(name).toLowerCase();
    if (text === '') return otherwise;
    if (!YES.includes(text) && !NO.includes(text)) problems.push(`${name}: neither true nor false.`);
    return YES.includes(text);
  };
  const word = <T extends string>(name: ColumnName, words: readonly T[], otherwise: T): T => {
    const text = cell(name);
    const found = words.find((each) => each.toLowerCase() === text.toLowerCase());
    if (text !== '' && found === undefined) problems.push(`${name}: not one of ${words.join(', ')}.`);
    return found ?? otherwise;
  };
  const ids = (name: 'roles' | 'groups'): string[] =>
    splitNames(cell(name)).flatMap((each) => {
      const found = known[name].find((one) => one.name.toLowerCase() === each.toLowerCase());
      if (found === undefined) problems.push(`${name}: "${each.slice(0, 120)}" is not known.`);
      return found === undefined || ('builtIn' in found && found.builtIn === 'ALL') ? [] : [found.id];
    });

  const email = checked('email', checkEmail(cell('email')), '');
  const user: ImportedUser = {
    email,
    displayName:
      cell('displayName') === ''
        ? email.slice(0, NAME_LONGEST)
        : checked('displayName', checkDisplayName(cell('displayName')), ''),
    phone: cell('phone') === '' ? null : checked('phone', checkPhone(cell('phone')), null),
    kind: word('kind', Object.values(UserKind), 'MEMBER'),
    locale: word('locale', LOCALES, 'en'),
    active: flag('active', true),
    emailConfirmed: flag('emailConfirmed', false),
    useTwoFactor: flag('useTwoFactor', false),
    canToggleTwoFactor: flag('canToggleTwoFactor', false),
    roleIds: [...new Set(ids('roles'))],
    groupIds: [...new Set(ids('groups'))],
    passwordHash: cell('passwordHash') || null,
    totpSecret: secretOf(cell('totpSecret')),
  };
  problems.push(...problemsOf(user, cell('totpSecret') !== '', known));
  return problems.length > 0 ? problems : user;
}

function secretOf(text: string): Buffer | null {
  const secret = text === '' ? null : fromBase32(text);
  return secret !== null && secret.length >= SECRET_SHORTEST && secret.length <= SECRET_LONGEST ? secret : null;
}

function problemsOf(user: ImportedUser, hasSecret: boolean, known: Known): string[] {
  const problems: string[] = [];
  const { passwordHash } = user;
  if (passwordHash !== null && (passwordHash.length > HASH_LONGEST || !isVerifiableHash(passwordHash))) {
    problems.push('passwordHash: of no form that can be taken over (argon2, bcrypt, scrypt or PBKDF2), or too costly.');
  }
  if (hasSecret && user.totpSecret === null) problems.push('totpSecret: not 10 to 128 bytes in base32.');
  if (user.kind === 'SERVICE' && (passwordHash !== null || hasSecret)) {
    problems.push('kind: a SERVICE user acts by API key alone, without a password or a second factor.');
  }
  if (user.kind === 'PORTAL' && heldRoleIds(user, known).some((id) => carriesPermission(id, known))) {
    problems.push('kind: a PORTAL user can hold no role that carries a permission, directly or through a group.');
  }
  return problems;
}

const heldRoleIds = ({ roleIds, groupIds }: ImportedUser, { groupRoles }: Known): string[] => [
  ...roleIds,
  ...groupRoles.filter(({ groupId }) => groupIds.includes(groupId)).map(({ roleId }) => roleId),
];

const carriesPermission = (id: string, { roles }: Known): boolean =>
  roles.some((role) => role.id === id && role.permissions.length > 0);
