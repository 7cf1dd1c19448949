import { describe, expect, it } from '@jest/globals';
import type { CsvRecord } from './columns.js';
import { type ImportedUser, type Known, readUserLine } from './user-line.js';

const known: Known = {
  roles: [
    { id: 'r-all', name: 'All', builtIn: 'ALL', permissions: [] },
    { id: 'r-clerk', name: 'Clerk', builtIn: null, permissions: [] },
    { id: 'r-boss', name: 'Boss', builtIn: null, permissions: ['USERS_READ'] },
  ],
  groups: [
    { id: 'g-sales', name: 'Sales' },
    { id: 'g-heads', name: 'Heads' },
  ],
  groupRoles: [{ groupId: 'g-heads', roleId: 'r-boss' }],
};
const BCRYPT = `$2b$10$abcdefghijklmnopqrstuv${'A'.repeat(31)}`;
/** A hash of Argon2id with all that may stand in one, so that it can be as long as the column is wide. */
const argon2 = (dataBytes: number): string => {
  const text = (bytes: number) => Buffer.alloc(bytes, 'A').toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=131072,t=10,p=16,data=${text(dataBytes)}$${text(64)}$${text(64)}`;
};
const LONG = `${'a'.repeat(64)}@${'b'.repeat(60)}.org`;
/** So many zero bytes in base32. */
const secret = (bytes: number): string => 'A'.repeat(Math.ceil((bytes * 8) / 5));
const read = (record: CsvRecord) => readUserLine({ email: 'ann@example.org', ...record }, known);

describe('a line of an import', () => {
  it('needs an address and nothing else', () => {
    expect(read({ email: ' Ann@Example.org ' })).toEqual({
      email: 'ann@example.org',
      displayName: 'ann@example.org',
      phone: null,
      kind: 'MEMBER',
      locale: 'en',
      active: true,
      emailConfirmed: false,
      useTwoFactor: false,
      canToggleTwoFactor: false,
      roleIds: [],
      groupIds: [],
      passwordHash: null,
      totpSecret: null,
    });
  });

  it('is looked at as a whole: no address is taken for another that it begins with', () => {
    const letter = '\u1fa7';
    const longest = [`${letter.repeat(61)}@${letter.repeat(63)}`, letter.repeat(63), letter.repeat(63)].join('.');
    const typed = longest.normalize('NFD');
    expect([longest.length, typed.length]).toEqual([253, 1_003]);
    expect(read({ email: typed, displayName: 'Ann' })).toMatchObject({ email: longest });
    expect(read({ email: `${typed}a`, displayName: 'Ann' })).toEqual([expect.stringMatching(/^email: /)]);
  });

  it('takes over all that stands in it', () => {
    const record: CsvRecord = {
      displayName: 'Ann',
      phone: "'+31 6 12345678",
      kind: 'member',
      locale: 'nl',
      active: 'no',
      emailConfirmed: '1',
      useTwoFactor: 'TRUE',
      canToggleTwoFactor: 'yes',
      roles: 'clerk;All;Boss',
      groups: 'Sales',
      passwordHash: BCRYPT,
      totpSecret: 'jbsw y3dp ehpk 3pxp',
    };
    expect(read(record)).toEqual({
      email: 'ann@example.org',
      displayName: 'Ann',
      kind: 'MEMBER',
      locale: 'nl',
      phone: '+31612345678',
      active: false,
      emailConfirmed: true,
      useTwoFactor: true,
      canToggleTwoFactor: true,
      roleIds: ['r-clerk', 'r-boss'],
      groupIds: ['g-sales'],
      passwordHash: BCRYPT,
      totpSecret: Buffer.from('48656c6c6f21deadbeef', 'hex'),
    });
  });

  it.each<[string, CsvRecord, Partial<ImportedUser>]>([
    ['words in capitals or not', { kind: 'portal', locale: 'NL' }, { kind: 'PORTAL', locale: 'nl' }],
    [
      'the other words for yes and no',
      { active: 'false', emailConfirmed: '0' },
      { active: false, emailConfirmed: false },
    ],
    [
      'a service user with a name alone',
      { kind: 'SERVICE' },
      { kind: 'SERVICE', passwordHash: null, totpSecret: null },
    ],
    [
      'a portal user with roles and groups that carry nothing',
      { kind: 'PORTAL', roles: 'Clerk', groups: 'Sales' },
      { kind: 'PORTAL', roleIds: ['r-clerk'], groupIds: ['g-sales'] },
    ],
    ['names in capitals or not, once each', { groups: 'SALES;heads;Sales' }, { groupIds: ['g-sales', 'g-heads'] }],
    ['a role that is named twice, once', { roles: 'Clerk;CLERK' }, { roleIds: ['r-clerk'] }],
    ['a hash as long as the column is wide', { passwordHash: argon2(31) }, { passwordHash: argon2(31) }],
    ['the longest secret', { totpSecret: secret(128) }, { totpSecret: Buffer.alloc(128) }],
    ['a long address as a name, cut off', { email: LONG }, { email: LONG, displayName: LONG.slice(0, 120) }],
  ])('takes %s', (_name, record, expected) => {
    expect(read(record)).toMatchObject(expected);
  });

  it.each<[string, CsvRecord, RegExp]>([
    ['an address that is none', { email: 'ann' }, /^email: /],
    ['a phone number without a country', { phone: '0612345678' }, /^phone: /],
    ['a name with a link', { displayName: 'http://evil.example' }, /^displayName: /],
    ['a language that is none', { locale: 'xx' }, /^locale: not one of en, /],
    ['a kind that is none', { kind: 'ADMIN' }, /^kind: not one of MEMBER, PORTAL, SERVICE\.$/],
    ['a flag that is none', { active: 'perhaps' }, /^active: /],
    ['an unknown role', { roles: 'Clerk;Chief' }, /^roles: "Chief" is not known\.$/],
    ['an unknown role, cut off', { roles: 'x'.repeat(121) }, /^roles: "x{120}" is not known\.$/],
    ['an unknown group', { groups: 'Nowhere' }, /^groups: /],
    ['an MD5 hash', { passwordHash: '5f4dcc3b5aa765d61d8327deb882cf99' }, /^passwordHash: /],
    ['a hash wider than the column', { passwordHash: argon2(32) }, /^passwordHash: /],
    ['a secret that is too long', { totpSecret: secret(129) }, /^totpSecret: /],
    ['a short secret', { totpSecret: 'JBSWY3DP' }, /^totpSecret: /],
    ['a secret that is not base32', { totpSecret: 'not-base32!' }, /^totpSecret: /],
    ['a service with a password', { kind: 'SERVICE', passwordHash: BCRYPT }, /^kind: a SERVICE user/],
    ['a service with a secret', { kind: 'SERVICE', totpSecret: secret(20) }, /^kind: a SERVICE user/],
    ['a portal user with power', { kind: 'PORTAL', roles: 'Boss' }, /^kind: a PORTAL user/],
    ['a portal user with power through a group', { kind: 'PORTAL', groups: 'Heads' }, /^kind: a PORTAL user/],
  ])('refuses %s', (_name, record, problem) => {
    expect(read(record)).toEqual([expect.stringMatching(problem)]);
  });

  it('tells all problems at once, and repeats neither hash nor secret', () => {
    const problems = read({ email: 'x', passwordHash: 'plain-password', totpSecret: 'secret!' });
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems)).not.toMatch(/plain-password|secret!/);
  });
});
