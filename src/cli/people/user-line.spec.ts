import { describe, expect, it } from '@jest/globals';
import type { CsvRecord } from './columns.js';
import { type Known, readUserLine } from './user-line.js';

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
    expect(read(record)).toMatchObject({
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

  it.each<[string, CsvRecord, RegExp]>([
    ['an address that is none', { email: 'ann' }, /^email: /],
    ['a phone number without a country', { phone: '0612345678' }, /^phone: /],
    ['a kind that is none', { kind: 'ADMIN' }, /^kind: not one of MEMBER, PORTAL, SERVICE\.$/],
    ['a flag that is none', { active: 'perhaps' }, /^active: /],
    ['an unknown role', { roles: 'Clerk;Chief' }, /^roles: "Chief" is not known\.$/],
    ['an unknown group', { groups: 'Nowhere' }, /^groups: /],
    ['an MD5 hash', { passwordHash: '5f4dcc3b5aa765d61d8327deb882cf99' }, /^passwordHash: /],
    ['a short secret', { totpSecret: 'JBSWY3DP' }, /^totpSecret: /],
    ['a secret that is not base32', { totpSecret: 'not-base32!' }, /^totpSecret: /],
    ['a service with a password', { kind: 'SERVICE', passwordHash: BCRYPT }, /^kind: a SERVICE user/],
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
