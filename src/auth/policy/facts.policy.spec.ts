import { describe, expect, it } from '@jest/globals';
import type { HeldRole, RoleEntity } from '../../roles/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import { factsOf, type Rows } from './facts.policy.js';

const day = (number: number): Date => new Date(Date.UTC(2026, 2, number));

const SETTINGS = {
  enabled: true,
  suspendedUntil: day(20),
  methods: ['TOTP', 'SMS'],
  coverMobileApps: false,
  exemptPortalUsers: true,
  smsGatewayUrl: 'https://sms.example/send',
  smsAllowedPrefixes: ['+31'],
  firstEnabledAt: day(2),
} as unknown as SettingsEntity;

const USER: Rows['user'] = {
  kind: 'PORTAL',
  useTwoFactor: true,
  requirementReachedAt: day(4),
  preferredMethod: 'SMS',
  emailConfirmedAt: day(3),
  phone: '+31612345678',
  phoneConfirmedAt: day(3),
  createdAt: day(1),
};

const role = (change: Partial<RoleEntity> = {}): RoleEntity =>
  ({ name: 'Sales', requireTwoFactor: true, graceDays: 7, firstRequiredAt: day(3), ...change }) as RoleEntity;
const directly = (given: RoleEntity, since: Date | null = day(1)): HeldRole => ({
  role: given,
  path: { kind: 'direct' },
  since,
});

const rows = (change: Partial<Rows> = {}): Rows => ({
  user: USER,
  settings: SETTINGS,
  held: [],
  factors: [],
  recoveryCodesLeft: 0,
  ...change,
});
const ofUser = (change: Partial<Rows['user']>, settings: Partial<SettingsEntity> = {}) =>
  factsOf(rows({ user: { ...USER, ...change }, settings: { ...SETTINGS, ...settings } }), 'WEB').user;

describe('what the decision looks at', () => {
  it('is read off the rows', () => {
    expect(factsOf(rows({ recoveryCodesLeft: 3 }), 'MOBILE')).toEqual({
      organization: {
        enabled: true,
        suspendedUntil: day(20),
        methods: ['TOTP', 'SMS'],
        coverMobileApps: false,
        exemptPortalUsers: true,
        canText: true,
        allowedPrefixes: ['+31'],
      },
      application: 'MOBILE',
      user: {
        kind: 'PORTAL',
        useTwoFactor: true,
        requirementReachedAt: day(4),
        preferred: 'SMS',
        enrolled: [],
        disabled: [],
        emailConfirmed: true,
        phone: { confirmed: true, prefixAllowed: true },
        recoveryCodesLeft: 3,
      },
      requiringRoles: [],
    });
  });

  it('holds no texts without a gateway', () => {
    const settings = { ...SETTINGS, smsGatewayUrl: null } as SettingsEntity;
    expect(factsOf(rows({ settings }), 'WEB').organization.canText).toBe(false);
  });

  it('counts an address or a number only once it is confirmed', () => {
    expect(ofUser({ emailConfirmedAt: null }).emailConfirmed).toBe(false);
    expect(ofUser({ phoneConfirmedAt: null }).phone).toEqual({ confirmed: false, prefixAllowed: true });
    expect(ofUser({ phone: null, phoneConfirmedAt: null }).phone).toBeNull();
    expect(ofUser({ phone: '+4915112345678' }).phone).toEqual({ confirmed: true, prefixAllowed: false });
    expect(ofUser({ phone: '+4915112345678' }, { smsAllowedPrefixes: [] }).phone?.prefixAllowed).toBe(true);
  });

  it('a disabled factor is enrolled still, and named as disabled', () => {
    const factors: Rows['factors'] = [
      { method: 'TOTP', disabledAt: day(5) },
      { method: 'EMAIL', disabledAt: null },
    ];
    expect(factsOf(rows({ factors }), 'WEB').user).toMatchObject({ enrolled: ['TOTP', 'EMAIL'], disabled: ['TOTP'] });
  });

  it('names the roles that require it, and how they are held', () => {
    const held: HeldRole[] = [
      { role: role({ name: 'All', graceDays: 0 }), path: { kind: 'everyone' }, since: null },
      directly(role()),
      { role: role({ name: 'Books' }), path: { kind: 'group', groupId: 'g', groupName: 'Finance' }, since: day(5) },
      directly(role({ name: 'Quiet', requireTwoFactor: false })),
    ];
    expect(factsOf(rows({ held }), 'WEB').requiringRoles).toEqual([
      { name: 'All', everyones: true, group: null, graceDays: 0, reachedAt: day(3) },
      { name: 'Sales', everyones: false, group: null, graceDays: 7, reachedAt: day(3) },
      { name: 'Books', everyones: false, group: 'Finance', graceDays: 7, reachedAt: day(5) },
    ]);
  });
});

describe('when a role first asked a user', () => {
  const reached = (held: HeldRole, change: Partial<Rows['user']> = {}, settings: Partial<SettingsEntity> = {}) =>
    factsOf(rows({ held: [held], user: { ...USER, ...change }, settings: { ...SETTINGS, ...settings } }), 'WEB')
      .requiringRoles[0]?.reachedAt;

  it.each([
    ['the tick', directly(role({ firstRequiredAt: day(9) })), {}, {}, day(9)],
    ['the membership', directly(role(), day(10)), {}, {}, day(10)],
    ['the account', directly(role()), { createdAt: day(11) }, {}, day(11)],
    ['the switch', directly(role()), {}, { firstEnabledAt: day(12) }, day(12)],
    ['the tick, for what comes with the account', directly(role(), null), {}, {}, day(3)],
  ])('is not before %s', (_name, held, user, settings, expected) => {
    expect(reached(held, user, settings)).toEqual(expected);
  });

  it('is not yet, where it was never ticked or two-factor was never on', () => {
    expect(reached(directly(role({ firstRequiredAt: null })))).toBeNull();
    expect(reached(directly(role()), {}, { firstEnabledAt: null })).toBeNull();
  });
});
