import { describe, expect, it } from '@jest/globals';
import type { Method } from '../../shared/codes.js';
import { type StartFacts, startRefusal } from './start.policy.js';

const facts = (change: Partial<StartFacts> = {}): StartFacts => ({
  signingIn: false,
  required: false,
  canToggle: true,
  offered: [],
  organization: { methods: ['TOTP', 'EMAIL', 'SMS'], canText: true },
  user: { enrolled: [], disabled: [], emailConfirmed: true, phone: null, recoveryCodesLeft: 0 },
  ...change,
});
const user = (enrolled: StartFacts['user']['enrolled']) => ({ ...facts().user, enrolled });

describe('beginning to set a method up', () => {
  it.each<[string, Method, Partial<StartFacts>, string | null]>([
    ['signed in, on one’s own', 'TOTP', {}, null],
    ['signed in, texts', 'SMS', {}, null],
    ['recovery codes, which are no factor', 'RECOVERY_CODE', {}, 'METHOD_NOT_ALLOWED'],
    [
      'recovery codes, also where they are offered',
      'RECOVERY_CODE',
      { signingIn: true, offered: ['RECOVERY_CODE'] },
      'METHOD_NOT_ALLOWED',
    ],
    ['with a ticket, what it offers', 'EMAIL', { signingIn: true, offered: ['TOTP', 'EMAIL'] }, null],
    [
      'with a ticket, what it does not offer',
      'SMS',
      { signingIn: true, offered: ['TOTP', 'EMAIL'] },
      'METHOD_NOT_ALLOWED',
    ],
    ['with a ticket, whoever may not toggle', 'TOTP', { signingIn: true, offered: ['TOTP'], canToggle: false }, null],
    ['signed in, whoever may not toggle', 'TOTP', { canToggle: false }, 'TOGGLE_NOT_ALLOWED'],
    ['signed in, whoever may not toggle and must', 'TOTP', { canToggle: false, required: true }, null],
    ['signed in, what is enrolled', 'TOTP', { user: user(['TOTP']) }, 'ALREADY_ENROLLED'],
    ['signed in, beside what is enrolled', 'EMAIL', { user: user(['TOTP']) }, null],
    [
      'signed in, what the organization does not use',
      'EMAIL',
      { organization: { methods: ['TOTP'], canText: true } },
      'METHOD_NOT_ALLOWED',
    ],
    [
      'signed in, texts without a gateway',
      'SMS',
      { organization: { methods: ['SMS'], canText: false } },
      'METHOD_NOT_ALLOWED',
    ],
  ])('%s', (_name, method, change, code) => {
    expect(startRefusal(method, facts(change))?.code ?? null).toBe(code);
  });
});
