import { describe, expect, it } from '@jest/globals';
import { type Catalogue, heldRoles } from './catalogue.js';
import { isAdministrator, permissionsOf, visibilityOf } from './held-role.js';
import { RoleEntity } from './role.entity.js';

const EARLY = new Date('2026-01-01T00:00:00.000Z');
const LATE = new Date('2026-02-01T00:00:00.000Z');
const role = (id: string, change: Partial<RoleEntity> = {}): RoleEntity =>
  Object.assign(new RoleEntity(), { id, name: id, builtIn: null, permissions: [], visibility: 'OWN_GROUPS' }, change);

const CATALOGUE: Catalogue = {
  roles: [
    role('all', { builtIn: 'ALL', visibility: 'ALL' }),
    role('administrator', { builtIn: 'ADMINISTRATOR', permissions: ['USERS_WRITE'], visibility: 'ALL' }),
    role('desk', { permissions: ['USERS_READ'] }),
  ],
  groups: [{ id: 'finance', organizationId: 'o', name: 'Finance', nameKey: 'finance', createdAt: EARLY }],
  groupRoles: [{ groupId: 'finance', roleId: 'desk', since: LATE }],
};

describe('the roles that a user holds', () => {
  it('always begin with All, which permits nothing and shows nobody', () => {
    const held = heldRoles(CATALOGUE, { roles: [], groups: [] });
    expect(held.map(({ role: { id } }) => id)).toEqual(['all']);
    expect(permissionsOf(held).size).toBe(0);
    expect(visibilityOf(held)).toBe('OWN_GROUPS');
  });

  it('come through groups, since the later of joining and of the group having the role', () => {
    const [, desk] = heldRoles(CATALOGUE, { roles: [], groups: [{ groupId: 'finance', since: EARLY }] });
    expect(desk).toMatchObject({ path: { kind: 'group', groupName: 'Finance' }, since: LATE, role: { id: 'desk' } });
  });

  it('are named once for each way in which they are held', () => {
    const held = heldRoles(CATALOGUE, {
      roles: [{ roleId: 'desk', since: EARLY }],
      groups: [{ groupId: 'finance', since: EARLY }],
    });
    expect(held.filter(({ role: { id } }) => id === 'desk').map(({ path }) => path.kind)).toEqual(['direct', 'group']);
  });

  it('leave out what is gone', () => {
    const held = heldRoles(CATALOGUE, {
      roles: [{ roleId: 'gone', since: EARLY }],
      groups: [{ groupId: 'gone', since: EARLY }],
    });
    expect(held).toHaveLength(1);
  });

  it('make an administrator, who sees everyone', () => {
    const held = heldRoles(CATALOGUE, { roles: [{ roleId: 'administrator', since: EARLY }], groups: [] });
    expect(isAdministrator(held)).toBe(true);
    expect(visibilityOf(held)).toBe('ALL');
    expect([...permissionsOf(held)]).toEqual(['USERS_WRITE']);
  });
});
