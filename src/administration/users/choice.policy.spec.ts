import { describe, expect, it } from '@jest/globals';
import type { Catalogue, GroupEntity, RoleEntity } from '../../roles/index.js';
import { chosenGroups, chosenRoles, namesOf, sameIds } from './choice.policy.js';

const catalogue: Catalogue = {
  roles: [
    { id: 'all', name: 'All', builtIn: 'ALL' },
    { id: 'r1', name: 'Sales', builtIn: null },
    { id: 'r2', name: 'Finance', builtIn: null },
  ] as RoleEntity[],
  groups: [
    { id: 'g1', name: 'North' },
    { id: 'g2', name: 'South' },
  ] as GroupEntity[],
  groupRoles: [],
};
const notFound = (what: string) =>
  expect.objectContaining({ code: 'NOT_FOUND', message: expect.stringContaining(what) });

describe('chosen roles and groups', () => {
  it('are taken once each, and All means nothing', () => {
    expect(chosenRoles(catalogue, ['r2', 'all', 'r1', 'r2'])).toEqual(['r2', 'r1']);
    expect(chosenGroups(catalogue, ['g1', 'g1'])).toEqual(['g1']);
    expect(chosenGroups(catalogue, ['g2', 'g1'])).toEqual(['g2', 'g1']);
    expect(chosenGroups(catalogue, [])).toEqual([]);
    expect(chosenRoles(catalogue, [])).toEqual([]);
  });

  it('of no or of another organization are not found', () => {
    expect(() => chosenRoles(catalogue, ['r1', 'other'])).toThrow(notFound('role'));
    expect(() => chosenGroups(catalogue, ['r1'])).toThrow(notFound('group'));
    expect(() => chosenGroups(catalogue, ['g1', 'other'])).toThrow(notFound('group'));
  });

  it('are told by name', () => {
    expect(namesOf(catalogue.roles, ['r2', 'r1'])).toBe('Sales, Finance');
  });

  it.each([
    [['a', 'b'], ['b', 'a'], true],
    [['a'], ['a', 'b'], false],
    [['a', 'b'], ['a', 'c'], false],
    [[], [], true],
  ])('%j and %j are the same: %s', (a, b, same) => {
    expect(sameIds(a, b)).toBe(same);
  });
});
