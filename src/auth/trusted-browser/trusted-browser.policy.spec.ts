import { describe, expect, it } from '@jest/globals';
import { isTrusted } from './trusted-browser.policy.js';

const DAY = 24 * 3600 * 1000;
const CREATED = new Date('2026-03-01T00:00:00.000Z');
const after = (ms: number): Date => new Date(CREATED.getTime() + ms);
const BROWSER = { userEpoch: 3, settingsEpoch: 1, createdAt: CREATED, expiresAt: after(30 * DAY) };
const USER = { trustEpoch: 3 };
const SETTINGS = { trustEpoch: 1, rememberBrowserDays: 30 };

describe('the trust in a browser', () => {
  it.each([
    { name: 'a day later', browser: BROWSER, user: USER, settings: SETTINGS, now: after(DAY), trusted: true },
    {
      name: 'a moment before its end',
      browser: BROWSER,
      user: USER,
      settings: SETTINGS,
      now: after(30 * DAY - 1),
      trusted: true,
    },
    { name: 'at its end', browser: BROWSER, user: USER, settings: SETTINGS, now: after(30 * DAY), trusted: false },
    {
      name: 'at its own end, whatever the setting is now',
      browser: BROWSER,
      user: USER,
      settings: { trustEpoch: 1, rememberBrowserDays: 90 },
      now: after(30 * DAY),
      trusted: false,
    },
    {
      name: 'at the end of the setting, whatever was promised',
      browser: BROWSER,
      user: USER,
      settings: { trustEpoch: 1, rememberBrowserDays: 7 },
      now: after(7 * DAY),
      trusted: false,
    },
    {
      name: 'after the user changed',
      browser: BROWSER,
      user: { trustEpoch: 4 },
      settings: SETTINGS,
      now: after(DAY),
      trusted: false,
    },
    {
      name: 'after the setting was lowered',
      browser: BROWSER,
      user: USER,
      settings: { trustEpoch: 2, rememberBrowserDays: 7 },
      now: after(DAY),
      trusted: false,
    },
    {
      name: 'with fewer days than it has lived',
      browser: BROWSER,
      user: USER,
      settings: { trustEpoch: 1, rememberBrowserDays: 1 },
      now: after(2 * DAY),
      trusted: false,
    },
    {
      name: 'with the offer taken away',
      browser: BROWSER,
      user: USER,
      settings: { trustEpoch: 1, rememberBrowserDays: 0 },
      now: after(1),
      trusted: false,
    },
    {
      name: 'never prolonged by a longer setting',
      browser: BROWSER,
      user: USER,
      settings: { trustEpoch: 1, rememberBrowserDays: 90 },
      now: after(31 * DAY),
      trusted: false,
    },
  ])('$name: $trusted', ({ browser, user, settings, now, trusted }) => {
    expect(isTrusted(browser, user, settings, now)).toBe(trusted);
  });
});
