import { describe, expect, it } from '@jest/globals';
import type { PolicyGround } from '../../auth/index.js';
import type { RoleEntity } from '../../roles/index.js';
import { classOf, reachOf } from './reach.policy.js';

const NOW = new Date('2026-03-20T00:00:00.000Z');
const day = (number: number): Date => new Date(Date.UTC(2026, 2, number));

type RoleChange = Partial<Pick<RoleEntity, 'builtIn' | 'requireTwoFactor' | 'graceDays' | 'firstRequiredAt'>>;
const role = (id: string, change: RoleChange = {}) => ({
  id,
  builtIn: null,
  requireTwoFactor: false,
  graceDays: 0,
  firstRequiredAt: null,
  ...change,
});
const asking = (id: string, change: RoleChange = {}) =>
  role(id, { requireTwoFactor: true, firstRequiredAt: day(1), ...change });

interface Ground {
  roles: ReturnType<typeof role>[];
  groups?: string[];
  handedOn?: [groupId: string, roleId: string, since?: Date][];
  firstEnabledAt?: Date | null;
}
const ground = ({ roles, groups = [], handedOn = [], firstEnabledAt = day(1) }: Ground): PolicyGround =>
  ({
    settings: { firstEnabledAt },
    catalogue: {
      roles,
      groups: groups.map((id) => ({ id })),
      groupRoles: handedOn.map(([groupId, roleId, since = day(1)]) => ({ groupId, roleId, since })),
    },
  }) as unknown as PolicyGround;

const reach = (before: Ground, after: Ground = before, kept: Parameters<typeof reachOf>[2] = null) =>
  reachOf(ground(before), ground(after), kept, NOW);
const ids = (sorts: { ids: string[] }[]) => sorts.map((sort) => sort.ids);

describe('the times between which graces end', () => {
  it('are those of the roles that require it before or after, oldest first, each once', () => {
    const before = { roles: [asking('a', { graceDays: 3 }), role('quiet', { graceDays: 90 })] };
    const after = { roles: [asking('a', { graceDays: 10 }), asking('b', { graceDays: 3 })] };
    expect(reach(before, after).cutoffs).toEqual([day(10), day(17)]);
  });

  it('class a date by how many lie before it', () => {
    const cutoffs = [day(10), day(17)];
    expect([day(1), day(10), day(11), day(17), day(18)].map((date) => classOf(date, cutoffs))).toEqual([0, 0, 1, 1, 2]);
  });
});

describe('sorts of roles', () => {
  it('leave out what does nothing, and the role that everyone has', () => {
    expect(reach({ roles: [role('quiet'), asking('all', { builtIn: 'ALL' })] }).roles).toEqual([]);
  });

  it('hold together what does the same, and part what does not', () => {
    const roles = [
      asking('a', { graceDays: 3 }),
      asking('b', { graceDays: 3 }),
      asking('longer', { graceDays: 10 }),
      asking('later', { graceDays: 3, firstRequiredAt: day(18) }),
      asking('never', { graceDays: 3, firstRequiredAt: null }),
    ];
    expect(ids(reach({ roles }).roles)).toEqual([['a', 'b'], ['longer'], ['later'], ['never']]);
  });

  it('two dates between the same ends are one', () => {
    const roles = [
      asking('a', { graceDays: 3, firstRequiredAt: day(2) }),
      asking('b', { graceDays: 3, firstRequiredAt: day(16) }),
    ];
    expect(ids(reach({ roles }).roles)).toEqual([['a', 'b']]);
  });

  it('know the administrators, who may require nothing', () => {
    const roles = [role('boss', { builtIn: 'ADMINISTRATOR' }), role('quiet')];
    expect(ids(reach({ roles }).roles)).toEqual([['boss']]);
    const both = [asking('boss', { builtIn: 'ADMINISTRATOR' }), asking('sales')];
    expect(ids(reach({ roles: both }).roles)).toEqual([['boss'], ['sales']]);
  });

  it('part what changes from what stays', () => {
    const before = { roles: [asking('stays'), role('gains'), asking('loses')] };
    const after = { roles: [asking('stays'), asking('gains'), role('loses')] };
    expect(ids(reach(before, after).roles)).toEqual([['stays'], ['gains'], ['loses']]);
  });

  it('a role that was not there before does something only now, or nothing', () => {
    expect(ids(reach({ roles: [] }, { roles: [asking('new')] }).roles)).toEqual([['new']]);
    expect(reach({ roles: [] }, { roles: [role('quiet')] }).roles).toEqual([]);
  });

  it('where two-factor was never on, no time counts yet', () => {
    const roles = [
      asking('a', { graceDays: 3, firstRequiredAt: day(1) }),
      asking('b', { graceDays: 3, firstRequiredAt: day(19) }),
    ];
    expect(ids(reach({ roles, firstEnabledAt: null }).roles)).toEqual([['a', 'b']]);
  });

  it('the length of the grace counts even where it has not begun', () => {
    const roles = [
      asking('short', { graceDays: 3, firstRequiredAt: null }),
      asking('long', { graceDays: 10, firstRequiredAt: null }),
    ];
    expect(ids(reach({ roles }).roles)).toEqual([['short'], ['long']]);
  });

  it('the later of tick and switch counts', () => {
    const roles = [
      asking('a', { graceDays: 3, firstRequiredAt: day(2) }),
      asking('b', { graceDays: 3, firstRequiredAt: day(18) }),
    ];
    expect(ids(reach({ roles, firstEnabledAt: day(18) }).roles)).toEqual([['a', 'b']]);
    expect(ids(reach({ roles, firstEnabledAt: day(1) }).roles)).toEqual([['a'], ['b']]);
  });
});

describe('sorts of groups', () => {
  const roles = [asking('sales', { graceDays: 3 }), asking('books', { graceDays: 9 }), role('quiet')];

  it('leave out groups that hand on nothing that requires it', () => {
    const groups = ['empty', 'calm'];
    expect(reach({ roles, groups, handedOn: [['calm', 'quiet']] }).groups).toEqual([]);
  });

  it('are by what they hand on, in whatever order', () => {
    const handedOn: Ground['handedOn'] = [
      ['one', 'sales'],
      ['two', 'sales'],
      ['two', 'quiet'],
      ['mixed', 'books'],
      ['mixed', 'sales'],
      ['mixed-too', 'sales'],
      ['mixed-too', 'books'],
      ['late', 'sales', day(18)],
    ];
    const groups = ['one', 'two', 'mixed', 'mixed-too', 'late'];
    expect(ids(reach({ roles, groups, handedOn }).groups)).toEqual([['one', 'two'], ['mixed', 'mixed-too'], ['late']]);
  });

  it('part a group that changes', () => {
    const groups = ['one', 'two'];
    const before: Ground = {
      roles,
      groups,
      handedOn: [
        ['one', 'sales'],
        ['two', 'sales'],
      ],
    };
    const after: Ground = { ...before, handedOn: [['one', 'sales']] };
    expect(ids(reach(before, after).groups)).toEqual([['one'], ['two']]);
  });

  it('part the group whose members keep what had reached them', () => {
    const groups = ['one', 'two', 'empty'];
    const scene: Ground = {
      roles,
      groups,
      handedOn: [
        ['one', 'sales'],
        ['two', 'sales'],
      ],
    };
    const kept = (groupId: string) => ({ groupId, from: day(2) });
    expect(ids(reach(scene, scene, kept('two')).groups)).toEqual([['one'], ['two']]);
    expect(ids(reach(scene, scene, kept('empty')).groups)).toEqual([['one', 'two'], ['empty']]);
  });

  it('know those that hand on administration', () => {
    const some = [...roles, role('boss', { builtIn: 'ADMINISTRATOR' })];
    const groups = ['board', 'calm'];
    const handedOn: Ground['handedOn'] = [
      ['board', 'quiet'],
      ['board', 'boss'],
      ['calm', 'quiet'],
    ];
    expect(ids(reach({ roles: some, groups, handedOn }).groups)).toEqual([['board']]);
  });
});
