import { isRequiringFor, type RoleFact } from './grace.policy.js';
import type { PolicyFacts } from './two-factor.policy.js';

export type Verdict = 'not-required' | 'exempt' | 'required';

interface Finding {
  rule: string;
  holds: boolean;
  /** What the rule settles where it holds. */
  verdict: Verdict;
  sentence: string;
}

export type Rule = (facts: PolicyFacts, now: Date) => Finding;

const organizationOff: Rule = ({ organization: { enabled, suspendedUntil } }, now) => {
  const suspended = suspendedUntil !== null && suspendedUntil > now;
  const sentence = !enabled
    ? 'Two-factor authentication is switched off for the organization.'
    : suspended
      ? `Two-factor authentication is suspended for the organization until ${suspendedUntil.toISOString()}.`
      : 'Two-factor authentication is switched on for the organization.';
  return { rule: 'organization-off', holds: !enabled || suspended, verdict: 'not-required', sentence };
};

const mobileNotCovered: Rule = ({ application, organization }) => {
  const sentence =
    application === 'WEB'
      ? 'This is not a registered mobile application.'
      : organization.coverMobileApps
        ? 'Mobile applications are covered.'
        : 'Mobile applications are not covered, and this registered application is one.';
  const holds = application === 'MOBILE' && !organization.coverMobileApps;
  return { rule: 'mobile-not-covered', holds, verdict: 'exempt', sentence };
};

function roleSentence({ name, group }: RoleFact): string {
  return group === null
    ? `The role ${name} requires a second factor.`
    : `The role ${name}, held through the group ${group}, requires a second factor.`;
}

const ownRole: Rule = ({ requiringRoles, user }) => {
  const role = requiringRoles.find((each) => each.group === null && isRequiringFor(each, user.kind));
  const sentence = role ? roleSentence(role) : 'No role of their own requires a second factor.';
  return { rule: 'role', holds: role !== undefined, verdict: 'required', sentence };
};

const groupRole: Rule = ({ requiringRoles, user }) => {
  const role = requiringRoles.find((each) => each.group !== null && isRequiringFor(each, user.kind));
  const sentence = role ? roleSentence(role) : 'No role held through a group requires a second factor.';
  return { rule: 'group-role', holds: role !== undefined, verdict: 'required', sentence };
};

const portalUser: Rule = ({ organization, user }) => {
  const holds = user.kind === 'PORTAL' && organization.exemptPortalUsers && user.enrolled.length === 0;
  const sentence =
    user.kind !== 'PORTAL'
      ? 'This is not a portal user.'
      : !organization.exemptPortalUsers
        ? 'Portal users are not exempt.'
        : holds
          ? 'Portal users are exempt while they have set up nothing themselves.'
          : 'This portal user has set up a second factor, so the exemption does not apply.';
  return { rule: 'portal-user', holds, verdict: 'exempt', sentence };
};

const useTwoFactor: Rule = ({ user }) => ({
  rule: 'user',
  holds: user.useTwoFactor,
  verdict: 'required',
  sentence: user.useTwoFactor ? '"Use 2FA" is YES for this user.' : '"Use 2FA" is NO for this user.',
});

const enrolled: Rule = ({ user }) => ({
  rule: 'enrolled',
  holds: user.enrolled.length > 0,
  verdict: 'required',
  sentence:
    user.enrolled.length > 0
      ? 'The user has turned it on by setting up a second factor.'
      : 'The user has set up no second factor of their own.',
});

/** In this order; the first that holds settles it. */
export const RULES: readonly Rule[] = [
  organizationOff,
  mobileNotCovered,
  ownRole,
  groupRole,
  portalUser,
  useTwoFactor,
  enrolled,
];
