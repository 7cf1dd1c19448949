import { describe, expect, it } from '@jest/globals';
import type { FactorMethod } from '../../shared/codes.js';
import { decide, type PolicyFacts } from './two-factor.policy.js';

const NOW = new Date('2026-03-02T09:00:00.000Z');
const LATER = new Date('2026-03-05T09:00:00.000Z');
const EARLIER = new Date('2026-03-01T09:00:00.000Z');

/** The rules of the design, said once more and naively: no shared code, no trace, one `if` after another. */
function naive(facts: PolicyFacts, now: Date): { outcome: string; rule: string | null } {
  const { organization: o, user: u } = facts;
  if (!o.enabled) return { outcome: 'NOT_REQUIRED', rule: 'organization-off' };
  if (o.suspendedUntil !== null && o.suspendedUntil.getTime() > now.getTime()) {
    return { outcome: 'NOT_REQUIRED', rule: 'organization-off' };
  }
  if (facts.application === 'MOBILE' && !o.coverMobileApps) return { outcome: 'EXEMPT', rule: 'mobile-not-covered' };
  const counting = facts.requiringRoles.filter((role) => u.kind !== 'PORTAL' || !role.everyones);
  let rule: string | null = null;
  if (counting.some((role) => role.group === null)) rule = 'role';
  else if (counting.length > 0) rule = 'group-role';
  else if (u.kind === 'PORTAL' && o.exemptPortalUsers && u.enrolled.length === 0) {
    return { outcome: 'EXEMPT', rule: 'portal-user' };
  } else if (u.useTwoFactor) rule = 'user';
  else if (u.enrolled.length > 0) rule = 'enrolled';
  if (rule === null) return { outcome: 'NOT_REQUIRED', rule: null };
  const texts = o.canText && u.phone !== null && u.phone.prefixAllowed && u.phone.confirmed;
  const usable =
    (o.methods.includes('TOTP') && u.enrolled.includes('TOTP') && !u.disabled.includes('TOTP')) ||
    (o.methods.includes('EMAIL') && u.emailConfirmed && !u.disabled.includes('EMAIL')) ||
    (o.methods.includes('SMS') && texts && !u.disabled.includes('SMS'));
  if (usable) return { outcome: 'CHALLENGE', rule };
  if (rule !== 'role' && rule !== 'group-role') return { outcome: 'ENROLL', rule };
  const inGrace = facts.requiringRoles.every((role) => {
    const from = (u.requirementReachedAt ?? role.reachedAt ?? now).getTime();
    return from + role.graceDays * 86_400_000 > now.getTime();
  });
  return { outcome: inGrace ? 'ENROLL_IN_GRACE' : 'ENROLL', rule };
}

const METHODS: FactorMethod[][] = [['TOTP'], ['EMAIL'], ['SMS'], ['TOTP', 'EMAIL', 'SMS']];
const ROLES: PolicyFacts['requiringRoles'][] = [
  [],
  [{ name: 'All', everyones: true, group: null, graceDays: 0, reachedAt: EARLIER }],
  [{ name: 'Sales', everyones: false, group: null, graceDays: 3, reachedAt: EARLIER }],
  [{ name: 'Books', everyones: false, group: 'Finance', graceDays: 3, reachedAt: null }],
  [
    { name: 'All', everyones: true, group: null, graceDays: 3, reachedAt: EARLIER },
    { name: 'Books', everyones: false, group: 'Finance', graceDays: 0, reachedAt: EARLIER },
  ],
];
const PHONES: PolicyFacts['user']['phone'][] = [
  null,
  { confirmed: true, prefixAllowed: true },
  { confirmed: true, prefixAllowed: false },
  { confirmed: false, prefixAllowed: true },
];
const BOTH = [true, false];

function* everyCombination(): Generator<PolicyFacts> {
  for (const enabled of BOTH)
    for (const suspendedUntil of [null, LATER, EARLIER])
      for (const methods of METHODS)
        for (const canText of BOTH)
          for (const [application, coverMobileApps] of [
            ['WEB', false],
            ['MOBILE', true],
            ['MOBILE', false],
          ] as const)
            for (const [kind, exemptPortalUsers] of [
              ['MEMBER', true],
              ['PORTAL', true],
              ['PORTAL', false],
            ] as const)
              for (const useTwoFactor of BOTH)
                for (const enrolled of [[], ['TOTP'], ['EMAIL']] as FactorMethod[][])
                  for (const disabled of [[], enrolled])
                    for (const emailConfirmed of BOTH)
                      for (const phone of PHONES)
                        for (const requiringRoles of ROLES)
                          yield {
                            organization: {
                              enabled,
                              suspendedUntil,
                              methods,
                              coverMobileApps,
                              exemptPortalUsers,
                              canText,
                              allowedPrefixes: [],
                            },
                            application,
                            user: {
                              kind,
                              useTwoFactor,
                              requirementReachedAt: null,
                              preferred: null,
                              enrolled,
                              disabled,
                              emailConfirmed,
                              phone,
                              recoveryCodesLeft: 0,
                            },
                            requiringRoles,
                          };
}

const FACTS: PolicyFacts = {
  organization: {
    enabled: true,
    suspendedUntil: null,
    methods: ['TOTP', 'EMAIL', 'SMS'],
    coverMobileApps: true,
    exemptPortalUsers: true,
    canText: true,
    allowedPrefixes: [],
  },
  application: 'WEB',
  user: {
    kind: 'MEMBER',
    useTwoFactor: true,
    requirementReachedAt: null,
    preferred: null,
    enrolled: [],
    disabled: [],
    emailConfirmed: false,
    phone: null,
    recoveryCodesLeft: 0,
  },
  requiringRoles: [],
};

const user = (change: Partial<PolicyFacts['user']>): PolicyFacts => ({ ...FACTS, user: { ...FACTS.user, ...change } });

describe('who must give a second factor', () => {
  it('agrees with a naive statement of the rules for every combination of what it looks at', () => {
    let looked = 0;
    const seen = new Set<string>();
    for (const facts of everyCombination()) {
      const decision = decide(facts, NOW);
      const expected = naive(facts, NOW);
      const decisive = decision.trace.filter((step) => step.decisive);
      const actual = { outcome: decision.outcome as string, rule: decisive[0]?.rule ?? null };
      // One comparison of strings: a matcher for each of half a million would take minutes.
      if (actual.outcome !== expected.outcome || actual.rule !== expected.rule || decisive.length > 1) {
        expect({ facts, ...actual }).toEqual({ facts, ...expected });
      }
      looked += 1;
      seen.add(`${actual.outcome}/${String(actual.rule)}`);
    }
    expect(looked).toBe(2 * 3 * 4 * 2 * 3 * 3 * 2 * 3 * 2 * 2 * 4 * 5);
    expect(seen.size).toBe(14);
  });

  it('stops its trace at the rule that settles it, and names that rule in the sentence', () => {
    const { trace, sentence, reasons } = decide(user({}), NOW);
    expect(trace.map(({ rule }) => rule)).toEqual([
      'organization-off',
      'mobile-not-covered',
      'role',
      'group-role',
      'portal-user',
      'user',
    ]);
    expect(trace.at(-1)).toMatchObject({ holds: true, decisive: true });
    expect(sentence).toContain('"Use 2FA" is YES');
    expect(reasons).toEqual([{ rule: 'user', sentence: '"Use 2FA" is YES for this user.' }]);
  });

  it('names the group through which a role came', () => {
    const facts = {
      ...FACTS,
      requiringRoles: [
        { name: 'Accounts Manager', everyones: false, group: 'Finance', graceDays: 0, reachedAt: EARLIER },
      ],
    };
    expect(decide(facts, NOW).reasons[0]).toEqual({
      rule: 'group-role',
      sentence: 'The role Accounts Manager, held through the group Finance, requires a second factor.',
    });
  });

  it.each([
    {
      name: 'the preferred one first',
      change: { preferred: 'EMAIL' as const },
      expected: ['EMAIL', 'TOTP', 'RECOVERY_CODE'],
    },
    { name: 'no preference', change: {}, expected: ['TOTP', 'EMAIL', 'RECOVERY_CODE'] },
    {
      name: 'a preferred one that is not held',
      change: { preferred: 'SMS' as const },
      expected: ['TOTP', 'EMAIL', 'RECOVERY_CODE'],
    },
    { name: 'no codes left', change: { recoveryCodesLeft: 0 }, expected: ['TOTP', 'EMAIL'] },
  ])('offers $name', ({ change, expected }) => {
    const held = { enrolled: ['TOTP' as const], emailConfirmed: true, recoveryCodesLeft: 3 };
    expect(decide(user({ ...held, ...change }), NOW).methods).toEqual(expected);
  });

  it('never offers recovery codes alone', () => {
    const decision = decide(user({ recoveryCodesLeft: 10 }), NOW);
    expect(decision.outcome).toBe('ENROLL');
    expect(decision.methods).not.toContain('RECOVERY_CODE');
  });

  it('does not let somebody off whose only factor was disabled', () => {
    const decision = decide(user({ useTwoFactor: false, enrolled: ['TOTP'], disabled: ['TOTP'] }), NOW);
    expect(decision).toMatchObject({ required: true, outcome: 'ENROLL' });
  });

  it('counts grace from the moment the requirement first reached the user, not from a later role', () => {
    const role = { name: 'New', everyones: false, group: null, graceDays: 3, reachedAt: NOW };
    const reached = user({ requirementReachedAt: new Date('2026-02-01T00:00:00.000Z') });
    expect(decide({ ...reached, requiringRoles: [role] }, NOW).outcome).toBe('ENROLL');
    expect(decide({ ...user({}), requiringRoles: [role] }, NOW)).toMatchObject({
      outcome: 'ENROLL_IN_GRACE',
      graceEndsAt: LATER,
    });
  });

  it('says why, that it may wait, and what follows, in one sentence', () => {
    const role = { name: 'New', everyones: false, group: null, graceDays: 3, reachedAt: NOW };
    const decision = decide({ ...user({}), requiringRoles: [role] }, NOW);
    expect(decision.reasons).toEqual([
      { rule: 'role', sentence: 'The role New requires a second factor.' },
      { rule: 'grace', sentence: 'Setting it up can be put off until 2026-03-05T09:00:00.000Z.' },
    ]);
    expect(decision.sentence).toBe(
      'The role New requires a second factor. Setting it up can be put off until 2026-03-05T09:00:00.000Z. ' +
        'A second factor has to be set up, and may be put off for now.',
    );
  });

  it.each([
    ['NOT_REQUIRED', user({ useTwoFactor: false }), false, 'No second factor is asked for.'],
    [
      'EXEMPT',
      user({ kind: 'PORTAL' }),
      false,
      'Portal users are exempt while they have set up nothing themselves. No second factor is asked for, by way of an exemption.',
    ],
    [
      'CHALLENGE',
      user({ enrolled: ['TOTP'] }),
      true,
      '"Use 2FA" is YES for this user. A second factor is asked for at every sign-in.',
    ],
    [
      'ENROLL',
      user({}),
      true,
      '"Use 2FA" is YES for this user. A second factor has to be set up before the sign-in can be finished.',
    ],
  ] as const)(
    '%s: required or not, with methods only where it is, and in words',
    (outcome, facts, required, sentence) => {
      const decision = decide(facts, NOW);
      expect(decision).toMatchObject({ outcome, required, sentence, graceEndsAt: null });
      expect(decision.methods.length > 0).toBe(required);
    },
  );

  it('walks all rules where none settles it', () => {
    const { trace, reasons } = decide(user({ useTwoFactor: false }), NOW);
    expect(trace).toHaveLength(7);
    expect(trace.some(({ holds, decisive }) => holds || decisive)).toBe(false);
    expect(reasons).toEqual([]);
  });

  it('ends grace at the very instant', () => {
    const role = { name: 'New', everyones: false, group: null, graceDays: 3, reachedAt: NOW };
    const facts = { ...user({}), requiringRoles: [role] };
    expect(decide(facts, new Date(LATER.getTime() - 1)).outcome).toBe('ENROLL_IN_GRACE');
    expect(decide(facts, LATER).outcome).toBe('ENROLL');
  });
});
