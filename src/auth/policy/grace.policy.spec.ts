import { describe, expect, it } from '@jest/globals';
import { graceOf, isRequiringFor, type RoleFact } from './grace.policy.js';

const NOW = new Date('2026-03-10T00:00:00.000Z');
const day = (number: number): Date => new Date(Date.UTC(2026, 2, number));
const role = (change: Partial<RoleFact> = {}): RoleFact => ({
  name: 'Sales',
  everyones: false,
  group: null,
  graceDays: 7,
  reachedAt: day(9),
  ...change,
});

describe('whom a role asks', () => {
  it.each([
    ['MEMBER', false, true],
    ['MEMBER', true, true],
    ['PORTAL', false, true],
    ['PORTAL', true, false],
    ['SERVICE', false, false],
    ['SERVICE', true, false],
  ] as const)('%s, by the role that everyone has: %s', (kind, everyones, asked) => {
    expect(isRequiringFor(role({ everyones }), kind)).toBe(asked);
  });
});

describe('how long enrolling may be put off', () => {
  it.each<[string, RoleFact[], Date | null, string | undefined, Date | null]>([
    ['as long as the role gives', [role()], null, 'role', day(16)],
    ['also through a group', [role()], null, 'group-role', day(16)],
    ['not where the user asked for it', [role()], null, 'user', null],
    ['not where nothing decided', [role()], null, undefined, null],
    ['from when a requirement first reached the user', [role()], day(5), 'role', day(12)],
    ['from now, where the role has not asked yet', [role({ reachedAt: null })], null, 'role', day(17)],
    ['as the strictest of several says', [role(), role({ graceDays: 3 })], null, 'role', day(12)],
    ['not where one of several gives none', [role(), role({ graceDays: 0 })], null, 'role', null],
    ['not at the very end', [role({ reachedAt: day(3) })], null, 'role', null],
    ['not afterwards', [role({ reachedAt: day(1) })], null, 'role', null],
  ])('%s', (_name, roles, reachedAt, rule, until) => {
    expect(graceOf(roles, reachedAt, NOW, rule)).toEqual(until);
  });
});
