import { describe, expect, it } from '@jest/globals';
import type { HeldRole, RoleEntity } from '../../roles/index.js';
import { ALL_PERMISSIONS, type Permission, type UserKind, type Visibility } from '../../shared/codes.js';
import {
  actRefusal,
  covers,
  type Grantor,
  grantRefusal,
  groupsRefusal,
  newUserGroupsRefusal,
  withUnseenGroups,
} from './grant.policy.js';

const held = (permissions: Permission[], visibility: Visibility = 'OWN_GROUPS', group?: string): HeldRole => ({
  role: { id: permissions.join(), name: 'R', builtIn: null, permissions, visibility } as RoleEntity,
  path: group === undefined ? { kind: 'direct' } : { kind: 'group', groupId: group, groupName: group },
  since: null,
});
const actor = (permissions: Permission[], visibility: Visibility = 'ALL', groupIds: string[] = []): Grantor => ({
  permissions: new Set(permissions),
  visibility,
  groupIds,
});
const helpDesk = actor(['USERS_READ', 'USERS_WRITE']);
const teamLead = actor(['USERS_READ', 'USERS_WRITE'], 'OWN_GROUPS', ['own', 'own-too']);

describe('what an actor covers', () => {
  it.each<[string, Grantor, Permission[], Visibility, boolean]>([
    ['nothing at all', actor([], 'OWN_GROUPS'), [], 'OWN_GROUPS', true],
    ['what they hold themselves', helpDesk, ['USERS_WRITE'], 'ALL', true],
    ['not one permission more', helpDesk, ['USERS_WRITE', 'AUDIT_READ'], 'ALL', false],
    ['not the wider view', teamLead, ['USERS_READ'], 'ALL', false],
    ['the narrower view', helpDesk, ['USERS_READ'], 'OWN_GROUPS', true],
    ['everything, for who holds everything', actor([...ALL_PERMISSIONS]), [...ALL_PERMISSIONS], 'ALL', true],
  ])('%s', (_name, who, permissions, visibility, expected) => {
    expect(covers(who, { permissions: new Set(permissions), visibility })).toBe(expected);
  });
});

describe('acting on a user', () => {
  it.each<[string, Grantor, HeldRole[], boolean]>([
    ['without roles', helpDesk, [], true],
    ['with the same permissions', helpDesk, [held(['USERS_READ', 'USERS_WRITE'], 'ALL')], true],
    ['who is an administrator', helpDesk, [held([...ALL_PERMISSIONS], 'ALL')], false],
    ['who holds more through a group', helpDesk, [held([]), held(['SETTINGS_WRITE'], 'OWN_GROUPS', 'g')], false],
    ['who holds more over two roles together', helpDesk, [held(['USERS_READ']), held(['ROLES_WRITE'])], false],
    ['who sees more', teamLead, [held(['USERS_READ'], 'ALL')], false],
    ['whose wide role carries no permission', teamLead, [held([], 'ALL')], true],
  ])('%s', (_name, who, roles, allowed) => {
    expect(actRefusal(who, roles)?.code ?? null).toBe(allowed ? null : 'NOT_GRANTABLE');
    expect(actRefusal(who, roles)?.message ?? '').toMatch(allowed ? /^$/ : /^This user holds permissions/);
  });
});

describe('granting', () => {
  const administrator = actor([...ALL_PERMISSIONS]);

  it.each<[string, Grantor, UserKind, HeldRole[], boolean]>([
    ['what the actor holds', helpDesk, 'MEMBER', [held(['USERS_READ'], 'ALL')], true],
    ['what the actor does not hold', helpDesk, 'MEMBER', [held(['SETTINGS_READ'])], false],
    ['the same through a group', helpDesk, 'MEMBER', [held(['SETTINGS_READ'], 'OWN_GROUPS', 'g')], false],
    ['the view of everybody', teamLead, 'MEMBER', [held(['USERS_READ'], 'ALL')], false],
    ['a role without a permission', teamLead, 'MEMBER', [held([], 'ALL')], true],
    ['permissions to a service user', administrator, 'SERVICE', [held(['USERS_WRITE'], 'ALL')], true],
    ['a role without a permission to a portal user', administrator, 'PORTAL', [held([])], true],
    ['a permission to a portal user', administrator, 'PORTAL', [held(['USERS_READ'])], false],
    ['the same through a group', administrator, 'PORTAL', [held(['USERS_READ'], 'ALL', 'g')], false],
  ])('%s', (_name, who, kind, roles, allowed) => {
    expect(grantRefusal(who, kind, roles)?.code ?? null).toBe(allowed ? null : 'NOT_GRANTABLE');
  });

  it('says what is wrong, of a portal user and of others', () => {
    expect(grantRefusal(helpDesk, 'MEMBER', [held(['SETTINGS_READ'])])?.message).toMatch(/you do not hold yourself/);
    expect(grantRefusal(administrator, 'PORTAL', [held(['USERS_READ'])])?.message).toMatch(/portal user/);
  });
});

describe('groups', () => {
  it.each<[string, Grantor, string[], string[], boolean]>([
    ['an own one, by who sees own groups', teamLead, [], ['own'], true],
    ['a foreign one, by who sees own groups', teamLead, ['own'], ['own', 'foreign'], false],
    ['out of an own one', teamLead, ['own', 'foreign'], ['foreign'], true],
    ['out of a foreign one', teamLead, ['own', 'foreign'], ['own'], false],
    ['a foreign one that stays', teamLead, ['foreign'], ['foreign', 'own-too'], true],
    ['any, by who sees all', helpDesk, ['a'], ['b'], true],
  ])('%s', (_name, who, before, after, allowed) => {
    const refusal = groupsRefusal(who, before, after);
    expect(refusal?.code ?? null).toBe(allowed ? null : 'NOT_GRANTABLE');
    expect(refusal?.message ?? '').toMatch(allowed ? /^$/ : /into your own groups only/);
  });

  it.each<[string, Grantor, string[], boolean]>([
    ['in none, by who sees all', helpDesk, [], true],
    ['in none, by who sees own groups and would not see them', teamLead, [], false],
    ['in an own one', teamLead, ['own-too'], true],
    ['in an own and a foreign one', teamLead, ['own', 'foreign'], false],
    ['in a foreign one', teamLead, ['foreign'], false],
  ])('a new user %s', (_name, who, groupIds, allowed) => {
    expect(newUserGroupsRefusal(who, groupIds)?.code ?? null).toBe(allowed ? null : 'NOT_GRANTABLE');
  });

  it('a new user in none is refused in words', () => {
    expect(newUserGroupsRefusal(teamLead, [])?.message).toMatch(/name at least one/);
  });

  it('that the actor does not see stay, since they cannot have meant them', () => {
    expect(withUnseenGroups(teamLead, ['own', 'foreign'], ['own-too'])).toEqual(['own-too', 'foreign']);
    expect(withUnseenGroups(teamLead, ['foreign'], ['foreign'])).toEqual(['foreign']);
    expect(withUnseenGroups(helpDesk, ['a', 'b'], ['a'])).toEqual(['a']);
  });
});
