import { describe, expect, it } from '@jest/globals';
import type { Permission, Visibility } from '../shared/codes.js';
import { mayGrantRole } from './grant.policy.js';

const actor = (visibility: Visibility, ...permissions: Permission[]) => ({
  visibility,
  permissions: new Set(permissions),
});

describe('mayGrantRole', () => {
  it.each<[string, ReturnType<typeof actor>, Permission[], Visibility, boolean]>([
    ['what is held', actor('ALL', 'ROLES_WRITE', 'USERS_READ'), ['USERS_READ'], 'ALL', true],
    ['nothing', actor('OWN_GROUPS'), [], 'OWN_GROUPS', true],
    ['one permission too many', actor('ALL', 'ROLES_WRITE'), ['ROLES_WRITE', 'USERS_READ'], 'OWN_GROUPS', false],
    ['a wider view than the own', actor('OWN_GROUPS', 'USERS_READ'), ['USERS_READ'], 'ALL', false],
    ['a wider view alone', actor('OWN_GROUPS', 'USERS_READ'), [], 'ALL', false],
    ['a narrower view', actor('ALL', 'USERS_READ'), ['USERS_READ'], 'OWN_GROUPS', true],
  ])('%s', (_name, holder, permissions, visibility, expected) => {
    expect(mayGrantRole(holder, { permissions, visibility })).toBe(expected);
  });
});
