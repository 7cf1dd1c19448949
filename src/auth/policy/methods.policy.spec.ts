import { describe, expect, it } from '@jest/globals';
import type { FactorMethod } from '../../shared/codes.js';
import { enrollableMethods, type MethodFacts, usableMethods } from './methods.policy.js';

const user = (change: Partial<MethodFacts> = {}): MethodFacts => ({
  enrolled: [],
  disabled: [],
  emailConfirmed: false,
  phone: null,
  recoveryCodesLeft: 0,
  ...change,
});
const house = (methods: FactorMethod[], canText = true) => ({ methods, canText });
const ALL: FactorMethod[] = ['TOTP', 'EMAIL', 'SMS'];

describe('what can be verified with', () => {
  const held = user({
    enrolled: ['TOTP'],
    emailConfirmed: true,
    phone: { confirmed: true, prefixAllowed: true },
    recoveryCodesLeft: 2,
  });

  it.each<[string, MethodFacts, FactorMethod[], FactorMethod | null, string[]]>([
    ['all that is held', held, ALL, null, ['TOTP', 'EMAIL', 'SMS', 'RECOVERY_CODE']],
    ['the preferred one first', held, ALL, 'SMS', ['SMS', 'TOTP', 'EMAIL', 'RECOVERY_CODE']],
    ['no preferred one that is not allowed', held, ['TOTP', 'EMAIL'], 'SMS', ['TOTP', 'EMAIL', 'RECOVERY_CODE']],
    ['only what the organization uses', held, ['EMAIL'], null, ['EMAIL', 'RECOVERY_CODE']],
    ['the app alone', user({ enrolled: ['TOTP'] }), ALL, null, ['TOTP']],
    ['the address alone', user({ emailConfirmed: true }), ALL, null, ['EMAIL']],
    ['no app by way of a number', user({ phone: { confirmed: true, prefixAllowed: true } }), ALL, null, ['SMS']],
    ['no recovery codes alone', user({ recoveryCodesLeft: 9 }), ALL, null, []],
    ['nothing disabled', { ...held, disabled: ['TOTP', 'SMS'] }, ALL, null, ['EMAIL', 'RECOVERY_CODE']],
    ['no unconfirmed address', user({ emailConfirmed: false }), ['EMAIL'], null, []],
    ['no unconfirmed number', user({ phone: { confirmed: false, prefixAllowed: true } }), ['SMS'], null, []],
    [
      'no number of a prefix that gets none',
      user({ phone: { confirmed: true, prefixAllowed: false } }),
      ['SMS'],
      null,
      [],
    ],
  ])('%s', (_name, facts, methods, preferred, expected) => {
    expect(usableMethods(facts, house(methods), preferred)).toEqual(expected);
  });

  it('no texts without a gateway', () => {
    expect(usableMethods(held, house(['SMS'], false), null)).toEqual([]);
  });
});

describe('what can be set up', () => {
  it.each<[string, MethodFacts, ReturnType<typeof house>, FactorMethod[]]>([
    ['what the organization uses', user(), house(['TOTP', 'EMAIL']), ['TOTP', 'EMAIL']],
    ['in one order, however it was chosen', user(), house(['SMS', 'TOTP']), ['TOTP', 'SMS']],
    ['texts, to a number to be given', user(), house(['SMS']), ['SMS']],
    [
      'texts, to the number on file',
      user({ phone: { confirmed: false, prefixAllowed: true } }),
      house(['SMS']),
      ['SMS'],
    ],
    [
      'no texts to a prefix that gets none',
      user({ phone: { confirmed: true, prefixAllowed: false } }),
      house(ALL),
      ['TOTP', 'EMAIL'],
    ],
    ['no texts without a gateway', user(), house(ALL, false), ['TOTP', 'EMAIL']],
    ['nothing, where nothing is used', user(), house([]), []],
  ])('%s', (_name, facts, organization, expected) => {
    expect(enrollableMethods(facts, organization)).toEqual(expected);
  });
});
