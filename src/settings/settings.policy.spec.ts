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
    ['recovery codes alone', { methods: ['RECOVERY_CODE'] }],
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

describe('the bounds of the settings', () => {
  const METHODS = 'Choose one or more of TOTP, EMAIL and SMS. Recovery codes stand beside them and are no choice.';
  const ISSUER = 'The issuer has from 1 to 64 characters, without a colon or line break.';
  const LINK = 'The life of an enrollment link, in seconds, must be from 60 to 600.';
  const CODE = 'The life of a code, in seconds, must be from 30 to 600.';
  const DAYS = 'The days of a trusted browser must be from 0 to 90.';

  it.each<[TwoFactorChange, string | null]>([
    [{ enrollmentLinkSeconds: 60 }, null],
    [{ enrollmentLinkSeconds: 600 }, null],
    [{ enrollmentLinkSeconds: 59 }, LINK],
    [{ enrollmentLinkSeconds: 601 }, LINK],
    [{ codeSeconds: 30 }, null],
    [{ codeSeconds: 29 }, CODE],
    [{ codeSeconds: 601 }, CODE],
    [{ rememberBrowserDays: 91 }, DAYS],
    [{ rememberBrowserDays: -1 }, DAYS],
    [{ rememberBrowserDays: null, codeSeconds: 601 }, CODE],
    [{ methods: ['TOTP', 'RECOVERY_CODE'] }, METHODS],
    [{ methods: [] }, METHODS],
    [{ issuer: 'x'.repeat(64) }, null],
    [{ issuer: 'x'.repeat(65) }, ISSUER],
    [{ issuer: ':x' }, ISSUER],
    [{ issuer: 'x:' }, ISSUER],
    [{ issuer: ' ' }, ISSUER],
  ])('%j: %s', (change, message) => {
    const outcome = applyTwoFactorChange(CURRENT, change);
    expect(isRefusal(outcome) ? outcome.message : null).toBe(message);
  });

  it('what is left out or null stays, and what stands is not changed in place', () => {
    const before = structuredClone({ ...CURRENT });
    const next = applyTwoFactorChange(CURRENT, { totpResetByMail: true, issuer: null, methods: undefined });
    expect(next).toEqual({ ...CURRENT, totpResetByMail: true });
    expect({ ...CURRENT }).toEqual(before);
  });
});
