import { describe, expect, it } from '@jest/globals';
import type { RoleFact } from './grace.policy.js';
import { RULES } from './rules.policy.js';
import type { PolicyFacts } from './two-factor.policy.js';

const NOW = new Date('2026-03-02T09:00:00.000Z');
const LATER = new Date('2026-03-05T09:00:00.000Z');

interface Change {
  organization?: Partial<PolicyFacts['organization']>;
  user?: Partial<PolicyFacts['user']>;
  application?: PolicyFacts['application'];
  requiringRoles?: RoleFact[];
}

const facts = ({ organization, user, application = 'WEB', requiringRoles = [] }: Change): PolicyFacts => ({
  organization: {
    enabled: true,
    suspendedUntil: null,
    methods: ['TOTP'],
    coverMobileApps: true,
    exemptPortalUsers: true,
    canText: false,
    allowedPrefixes: [],
    ...organization,
  },
  application,
  user: {
    kind: 'MEMBER',
    useTwoFactor: false,
    requirementReachedAt: null,
    preferred: null,
    enrolled: [],
    disabled: [],
    emailConfirmed: false,
    phone: null,
    recoveryCodesLeft: 0,
    ...user,
  },
  requiringRoles,
});
const role = (name: string, group: string | null = null, everyones = false): RoleFact => ({
  name,
  group,
  everyones,
  graceDays: 0,
  reachedAt: null,
});
const finding = (rule: string, change: Change, now = NOW) =>
  RULES.map((each) => each(facts(change), now)).find((each) => each.rule === rule);

describe('the rules', () => {
  it('are looked at in this order, each with its own end', () => {
    const found = RULES.map((rule) => rule(facts({}), NOW));
    expect(found.map((each) => [each.rule, each.verdict])).toEqual([
      ['organization-off', 'not-required'],
      ['mobile-not-covered', 'exempt'],
      ['role', 'required'],
      ['group-role', 'required'],
      ['portal-user', 'exempt'],
      ['user', 'required'],
      ['enrolled', 'required'],
    ]);
  });

  const ON = 'Two-factor authentication is switched on for the organization.';
  const OFF = 'Two-factor authentication is switched off for the organization.';
  const SUSPENDED = 'Two-factor authentication is suspended for the organization until 2026-03-05T09:00:00.000Z.';
  const NO_OWN = 'No role of their own requires a second factor.';
  const NO_GROUP = 'No role held through a group requires a second factor.';

  it.each<[string, string, Change, boolean, string]>([
    ['on', 'organization-off', {}, false, ON],
    ['off', 'organization-off', { organization: { enabled: false } }, true, OFF],
    ['suspended', 'organization-off', { organization: { suspendedUntil: LATER } }, true, SUSPENDED],
    ['off and suspended', 'organization-off', { organization: { enabled: false, suspendedUntil: LATER } }, true, OFF],
    ['suspended until this moment', 'organization-off', { organization: { suspendedUntil: NOW } }, false, ON],
    [
      'a browser',
      'mobile-not-covered',
      { organization: { coverMobileApps: false } },
      false,
      'This is not a registered mobile application.',
    ],
    [
      'a covered mobile application',
      'mobile-not-covered',
      { application: 'MOBILE' },
      false,
      'Mobile applications are covered.',
    ],
    [
      'one that is not covered',
      'mobile-not-covered',
      { application: 'MOBILE', organization: { coverMobileApps: false } },
      true,
      'Mobile applications are not covered, and this registered application is one.',
    ],
    ['no role', 'role', {}, false, NO_OWN],
    [
      'a role of one’s own',
      'role',
      { requiringRoles: [role('Sales')] },
      true,
      'The role Sales requires a second factor.',
    ],
    ['a role of a group alone', 'role', { requiringRoles: [role('Books', 'Finance')] }, false, NO_OWN],
    [
      'All, for a portal user',
      'role',
      { user: { kind: 'PORTAL' }, requiringRoles: [role('All', null, true)] },
      false,
      NO_OWN,
    ],
    [
      'a given role, for a portal user',
      'role',
      { user: { kind: 'PORTAL' }, requiringRoles: [role('Shop')] },
      true,
      'The role Shop requires a second factor.',
    ],
    ['any role, for a service', 'role', { user: { kind: 'SERVICE' }, requiringRoles: [role('Sales')] }, false, NO_OWN],
    [
      'a role through a group',
      'group-role',
      { requiringRoles: [role('Books', 'Finance')] },
      true,
      'The role Books, held through the group Finance, requires a second factor.',
    ],
    ['a role of one’s own alone', 'group-role', { requiringRoles: [role('Sales')] }, false, NO_GROUP],
    [
      'a group, for a service',
      'group-role',
      { user: { kind: 'SERVICE' }, requiringRoles: [role('B', 'F')] },
      false,
      NO_GROUP,
    ],
    ['a member', 'portal-user', {}, false, 'This is not a portal user.'],
    [
      'a portal user',
      'portal-user',
      { user: { kind: 'PORTAL' } },
      true,
      'Portal users are exempt while they have set up nothing themselves.',
    ],
    [
      'a portal user who is not exempt',
      'portal-user',
      { user: { kind: 'PORTAL' }, organization: { exemptPortalUsers: false } },
      false,
      'Portal users are not exempt.',
    ],
    [
      'a portal user who has set one up',
      'portal-user',
      { user: { kind: 'PORTAL', enrolled: ['TOTP'] } },
      false,
      'This portal user has set up a second factor, so the exemption does not apply.',
    ],
    ['YES', 'user', { user: { useTwoFactor: true } }, true, '"Use 2FA" is YES for this user.'],
    ['NO', 'user', {}, false, '"Use 2FA" is NO for this user.'],
    [
      'something enrolled',
      'enrolled',
      { user: { enrolled: ['TOTP'] } },
      true,
      'The user has turned it on by setting up a second factor.',
    ],
    [
      'something disabled, which is enrolled still',
      'enrolled',
      { user: { enrolled: ['TOTP'], disabled: ['TOTP'] } },
      true,
      'The user has turned it on by setting up a second factor.',
    ],
    ['nothing enrolled', 'enrolled', {}, false, 'The user has set up no second factor of their own.'],
  ])('%s: %s', (_name, rule, change, holds, sentence) => {
    expect(finding(rule, change)).toMatchObject({ holds, sentence });
  });
});
