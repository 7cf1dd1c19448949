import { describe, expect, it } from '@jest/globals';
import type { Catalogue, GroupEntity, RoleEntity } from '../../roles/index.js';
import type { Permission, Visibility } from '../../shared/codes.js';
import { groupOf, handOnsOf, mayGrantRole, rolesNamed } from './group-roles.policy.js';

const role = (id: string, builtIn: RoleEntity['builtIn'] = null): RoleEntity =>
  ({ id, name: id, builtIn }) as RoleEntity;
const since = new Date(0);
const catalogue: Catalogue = {
  roles: [role('all', 'ALL'), role('clerk'), role('boss')],
  groups: [{ id: 'g' } as GroupEntity, { id: 'h' } as GroupEntity],
  groupRoles: [
    { groupId: 'g', roleId: 'clerk', since },
    { groupId: 'h', roleId: 'boss', since },
    { groupId: 'g', roleId: 'gone', since },
  ],
};

describe('rolesNamed', () => {
  it('takes each role once and leaves out the one that everyone has', () => {
    expect(rolesNamed(catalogue, ['boss', 'all', 'boss', 'clerk']).map(({ id }) => id)).toEqual(['clerk', 'boss']);
  });

  it('knows no other ids', () => {
    expect(() => rolesNamed(catalogue, ['clerk', 'elsewhere'])).toThrow('There is no such role.');
  });
});

describe('handOnsOf', () => {
  it('gives the roles of that group alone', () => {
    expect(handOnsOf(catalogue, 'g').map((each) => each.role.id)).toEqual(['clerk']);
  });
});

describe('groupOf', () => {
  it('shows all groups, or the own ones', () => {
    expect(groupOf(catalogue, { visibility: 'ALL', groupIds: [] }, 'h')?.id).toBe('h');
    expect(groupOf(catalogue, { visibility: 'OWN_GROUPS', groupIds: ['g'] }, 'g')?.id).toBe('g');
    expect(groupOf(catalogue, { visibility: 'OWN_GROUPS', groupIds: ['g'] }, 'h')).toBeNull();
    expect(groupOf(catalogue, { visibility: 'ALL', groupIds: [] }, 'x')).toBeNull();
  });
});

describe('mayGrantRole', () => {
  const actor = (visibility: Visibility, ...permissions: Permission[]) => ({
    visibility,
    permissions: new Set(permissions),
  });

  it.each<[string, ReturnType<typeof actor>, Permission[], Visibility, boolean]>([
    ['what is held', actor('ALL', 'ROLES_WRITE', 'USERS_READ'), ['USERS_READ'], 'ALL', true],
    ['nothing', actor('OWN_GROUPS'), [], 'OWN_GROUPS', true],
    ['one permission too many', actor('ALL', 'ROLES_WRITE'), ['ROLES_WRITE', 'USERS_READ'], 'OWN_GROUPS', false],
    ['a wider view than the own', actor('OWN_GROUPS', 'USERS_READ'), ['USERS_READ'], 'ALL', false],
    ['a narrower view', actor('ALL', 'USERS_READ'), ['USERS_READ'], 'OWN_GROUPS', true],
  ])('%s', (_name, holder, permissions, visibility, expected) => {
    expect(mayGrantRole(holder, { permissions, visibility })).toBe(expected);
  });
});
