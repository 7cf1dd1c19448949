import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DecisionOutcome } from '../../shared/codes.js';
import { drawSignIn } from './sign-in.diagram.js';
import { EVENTS, isOpen, type SignInState, STATES, stateOf, TRANSITIONS } from './sign-in.machine.js';

/** Where a sign-in can get to from a state. `not-required` is entered when policy changes under a ticket. */
function reachable(start: SignInState): Set<SignInState> {
  const seen = new Set<SignInState>([start]);
  for (const state of seen) for (const { from, to } of TRANSITIONS) if (from === state) seen.add(to);
  return seen;
}

const TICKET_STATES = ['second-factor', 'enrollment', 'enrollment-in-grace', 'not-required'] as const;

describe('the sign-in machine', () => {
  it('reaches every state, those of a changed policy included', () => {
    const seen = new Set([...reachable('password'), ...reachable('not-required'), 'not-required']);
    expect([...seen].sort()).toEqual([...STATES].sort());
  });

  it.each(TICKET_STATES)('leads from %s to a session: nobody is at a dead end', (state) => {
    expect(reachable(state)).toContain('signed-in');
  });

  it.each(['signed-in', 'refused'] as const)('ends in %s', (state) => {
    expect(TRANSITIONS.filter(({ from }) => from === state)).toEqual([]);
  });

  it('uses every event somewhere', () => {
    for (const event of EVENTS) expect(TRANSITIONS.some(({ on }) => on === event)).toBe(true);
  });

  it('opens a session by no event but a proof, a right decline, or a policy that asks for none', () => {
    const doors = TRANSITIONS.filter(({ to }) => to === 'signed-in').map(({ on }) => on);
    expect([...new Set(doors)].sort()).toEqual(['confirmEnrollment', 'declineEnrollment', 'login', 'verify']);
  });

  it.each([
    ['second-factor', 'startEnrollment', false],
    ['second-factor', 'declineEnrollment', false],
    ['second-factor', 'sendCode', true],
    ['second-factor', 'requestTotpReset', true],
    ['enrollment', 'sendCode', false],
    ['enrollment', 'requestTotpReset', false],
    ['enrollment', 'startEnrollment', true],
    ['enrollment-in-grace', 'declineEnrollment', true],
    ['not-required', 'startEnrollment', false],
    ['not-required', 'sendCode', false],
    ['not-required', 'verify', true],
  ] as const)('in %s, %s is open: %s', (state, event, open) => {
    expect(isOpen(state, event)).toBe(open);
  });

  it('has a state for every outcome of the policy', () => {
    for (const outcome of Object.values(DecisionOutcome)) expect(STATES).toContain(stateOf(outcome));
  });

  it('is drawn as docs/sign-in.mmd shows it (npm run docs:diagrams)', () => {
    expect(readFileSync('docs/sign-in.mmd', 'utf8')).toBe(drawSignIn());
  });
});
