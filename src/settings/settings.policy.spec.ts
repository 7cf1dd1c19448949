import { describe, expect, it } from '@jest/globals';
import { isRefusal } from '../shared/outcome.js';
import { defaultSettings } from './default-settings.js';
import { applyTwoFactorChange, type TwoFactorChange } from './settings.policy.js';

const CURRENT = defaultSettings('o', { issuer: 'Example', fromAddress: 'a@example.com' }, new Date(0));

describe('settings of two-factor', () => {
  it('begin on the safe side', () => {
    expect(CURRENT).toMatchObject({
      enabled: false,
      rememberBrowserDays: 0,
      coverMobileApps: true,
      totpResetByMail: false,
      totpDelivery: 'ON_SCREEN',
      codeSeconds: 90,
      enrollmentLinkSeconds: 240,
    });
  });

  it.each<[string, TwoFactorChange]>([
    ['nothing', {}],
    ['nulls', { methods: null, issuer: null, codeSeconds: null }],
  ])('stay as they are for %s', (_name, change) => {
    expect(applyTwoFactorChange(CURRENT, change)).toMatchObject({
      methods: CURRENT.methods,
      issuer: 'Example',
      codeSeconds: 90,
    });
  });

  it.each<[string, TwoFactorChange, object]>([
    ['methods in a fixed order, once each', { methods: ['SMS', 'TOTP', 'SMS'] }, { methods: ['TOTP', 'SMS'] }],
    ['an issuer without blanks around it', { issuer: '  Häuser & Co  ' }, { issuer: 'Häuser & Co' }],
    ['the longest code', { codeSeconds: 600 }, { codeSeconds: 600 }],
    ['no trusted browsers', { rememberBrowserDays: 0 }, { rememberBrowserDays: 0 }],
    ['ninety days', { rememberBrowserDays: 90 }, { rememberBrowserDays: 90 }],
    ['a switch', { coverMobileApps: false }, { coverMobileApps: false }],
  ])('take %s', (_name, change, expected) => {
    expect(applyTwoFactorChange(CURRENT, change)).toMatchObject(expected);
  });

  it.each<[string, TwoFactorChange]>([
    ['no method', { methods: [] }],
    ['recovery codes as a method', { methods: ['TOTP', 'RECOVERY_CODE'] }],
    ['a code of more than ten minutes', { codeSeconds: 601 }],
    ['a code that nobody can type in time', { codeSeconds: 5 }],
    ['half a second', { codeSeconds: 90.5 }],
    ['a link of more than ten minutes', { enrollmentLinkSeconds: 601 }],
    ['ninety-one days', { rememberBrowserDays: 91 }],
    ['less than no days', { rememberBrowserDays: -1 }],
    ['an empty issuer', { issuer: ' ' }],
    ['an issuer with a colon', { issuer: 'A:B' }],
    ['an issuer with a line break', { issuer: 'A\r\nBcc: x@example.com' }],
    ['an endless issuer', { issuer: 'x'.repeat(65) }],
  ])('refuse %s', (_name, change) => {
    const outcome = applyTwoFactorChange(CURRENT, change);
    expect(isRefusal(outcome) ? outcome.code : 'taken').toBe('INVALID_VALUE');
  });
});
