import { describe, expect, it } from '@jest/globals';
import { SIGN_IN_STEPS } from '../../src/platform/graphql/limits.js';
import { ACCESS } from '../support/access-table.js';

/** Tried, sent or given out by who is signed in already. */
const ALSO = ['reauthenticate', 'sendReauthenticationCode', 'changePassword'];

describe('at most one step of a sign-in in a document', () => {
  it('holds for every mutation that a ticket or nobody may call, so that a new one cannot be forgotten', () => {
    const open = Object.entries(ACCESS)
      .filter(
        ([name, rule]) => name.startsWith('Mutation.') && ['public', 'ticket', 'ticket-or-session'].includes(rule),
      )
      .map(([name]) => name.replace('Mutation.', ''));
    expect([...SIGN_IN_STEPS].sort()).toEqual([...open, ...ALSO].sort());
  });
});
