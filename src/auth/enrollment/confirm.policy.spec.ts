import { describe, expect, it } from '@jest/globals';
import type { DecisionOutcome, FactorMethod, Method } from '../../shared/codes.js';
import { confirmRefusal } from './confirm.policy.js';
import type { EnrollmentContext } from './enrollment-door.js';

type Enrollment = NonNullable<Parameters<typeof confirmRefusal>[0]>;

const enrollment = (change: Partial<Enrollment> = {}): Enrollment => ({
  userId: 'u1',
  ticketId: 't1',
  sessionId: null,
  method: 'TOTP',
  replaces: false,
  linkHash: null,
  linkOpenedAt: null,
  ...change,
});
const OPENED = new Date('2026-03-02T09:00:00.000Z');

interface Door {
  ticket?: string | null;
  session?: string | null;
  outcome?: DecisionOutcome;
  required?: boolean;
  methods?: Method[];
  enrolled?: FactorMethod[];
  canToggle?: boolean;
  organization?: FactorMethod[];
  resetByMail?: boolean;
}

/** What of a context the rule looks at. */
const at = ({
  ticket = 't1',
  session = null,
  outcome = 'ENROLL',
  required = true,
  methods = ['TOTP', 'EMAIL'],
  enrolled = [],
  canToggle = true,
  organization = ['TOTP'],
  resetByMail = true,
}: Door = {}): EnrollmentContext =>
  ({
    user: { id: 'u1', canToggleTwoFactor: canToggle },
    signIn: ticket === null ? null : { ticket: { id: ticket } },
    sessionId: session,
    decision: { outcome, required, methods },
    settings: { methods: organization, totpResetByMail: resetByMail },
    policy: { facts: { user: { enrolled } } },
  }) as unknown as EnrollmentContext;

const bySession = enrollment({ ticketId: null, sessionId: 's1' });
const replacing = enrollment({ replaces: true, linkHash: 'h', linkOpenedAt: OPENED });
const signedIn: Door = { ticket: null, session: 's1', outcome: 'NOT_REQUIRED', required: false };

describe('confirming an enrollment', () => {
  it.each<[string, Enrollment | null, Door, string | null]>([
    ['with the ticket that began it', enrollment(), {}, null],
    ['while in grace', enrollment(), { outcome: 'ENROLL_IN_GRACE' }, null],
    ['that is none', null, {}, 'ENROLLMENT_INVALID'],
    ['of somebody else', enrollment({ userId: 'u2' }), {}, 'ENROLLMENT_INVALID'],
    ['with another ticket of the same person', enrollment(), { ticket: 't2' }, 'ENROLLMENT_INVALID'],
    ['with a ticket, begun in a session', bySession, {}, 'ENROLLMENT_INVALID'],
    ['in the session that began it', bySession, signedIn, null],
    ['in another session of the same person', bySession, { ...signedIn, session: 's2' }, 'ENROLLMENT_INVALID'],
    ['in a session, begun with a ticket', enrollment(), signedIn, 'ENROLLMENT_INVALID'],
    ['whose link was not opened', enrollment({ linkHash: 'h' }), {}, 'ENROLLMENT_INVALID'],
    ['whose link was opened', enrollment({ linkHash: 'h', linkOpenedAt: OPENED }), {}, null],
    ['signed in, of what is enrolled meanwhile', bySession, { ...signedIn, enrolled: ['TOTP'] }, 'ALREADY_ENROLLED'],
    ['signed in, beside another factor', bySession, { ...signedIn, enrolled: ['EMAIL'] }, null],
    ['signed in, of who may not toggle any more', bySession, { ...signedIn, canToggle: false }, 'TOGGLE_NOT_ALLOWED'],
    ['signed in, of who may not toggle and must', bySession, { ...signedIn, canToggle: false, required: true }, null],
    [
      'signed in, of a method not used any more',
      bySession,
      { ...signedIn, organization: ['EMAIL'] },
      'METHOD_NOT_ALLOWED',
    ],
    ['while a factor is held', enrollment(), { outcome: 'CHALLENGE' }, 'ALREADY_ENROLLED'],
    ['of a method not offered any more', enrollment(), { methods: ['EMAIL'] }, 'METHOD_NOT_ALLOWED'],
    ['that replaces, by its opened link', replacing, { outcome: 'CHALLENGE' }, null],
    [
      'that replaces, its setting switched off',
      replacing,
      { outcome: 'CHALLENGE', resetByMail: false },
      'ENROLLMENT_INVALID',
    ],
    ['that replaces, with nothing left to replace', replacing, { outcome: 'ENROLL' }, 'ENROLLMENT_INVALID'],
    [
      'that replaces, its link unopened',
      enrollment({ replaces: true, linkHash: 'h' }),
      { outcome: 'CHALLENGE' },
      'ENROLLMENT_INVALID',
    ],
  ])('%s', (_name, row, door, code) => {
    expect(confirmRefusal(row, at(door))?.code ?? null).toBe(code);
  });
});
