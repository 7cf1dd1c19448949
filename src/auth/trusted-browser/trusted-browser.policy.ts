interface BrowserFacts {
  userEpoch: number;
  settingsEpoch: number;
  createdAt: Date;
  expiresAt: Date;
}
interface UserFacts {
  trustEpoch: number;
}
interface SettingsFacts {
  trustEpoch: number;
  rememberBrowserDays: number;
}

const DAY_MS = 24 * 3600 * 1000;

/** Absolute in time, and over with any move of the user's or the settings' epoch. */
export function isTrusted(browser: BrowserFacts, user: UserFacts, settings: SettingsFacts, now: Date): boolean {
  const longest = browser.createdAt.getTime() + settings.rememberBrowserDays * DAY_MS;
  return (
    browser.userEpoch === user.trustEpoch &&
    browser.settingsEpoch === settings.trustEpoch &&
    browser.expiresAt > now &&
    longest > now.getTime()
  );
}
