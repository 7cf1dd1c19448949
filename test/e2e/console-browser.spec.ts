import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { CHROMIUM, startBrowser, visit, type Visit } from '../support/browser.js';
import type { Client } from '../support/client.js';
import { codeIn, createUser, PASSWORD, tokenIn } from '../support/people.js';
import { freePort } from '../support/ports.js';
import { confirmedUser, freshMail, serviceDesk, setTwoFactor, switchOn, tickAll } from '../support/scenes.js';
import { TestClock } from '../support/test-clock.js';
import { authenticator } from '../support/totp.js';
import { ADMIN, startWorld, type World } from '../support/world.js';

/** Kept from running elsewhere by a condition, which says so on the terminal; see `CHROMIUM`. */
const inBrowser = (name: string, body: (path: string) => void): void => {
  if (CHROMIUM === null) describe(name, () => it('has no browser to run in', () => expect(CHROMIUM).toBeNull()));
  else {
    const path = CHROMIUM;
    describe(name, () => body(path));
  }
};

inBrowser('the hosted pages, in a browser', (path) => {
  let world: World;
  let browser: Browser;
  let desk: Client;
  let base: string;
  const visits: Visit[] = [];

  beforeAll(async () => {
    const port = await freePort();
    base = `http://localhost:${String(port)}`;
    world = await startWorld('sqlite', { env: { PUBLIC_URL: base }, clock: new TestClock(new Date()) });
    desk = await serviceDesk(world);
    await setTwoFactor(desk, {
      methods: ['TOTP', 'EMAIL'],
      issuer: 'Harbour',
      totpResetByMail: true,
      rememberBrowserDays: 30,
    });
    await world.app.listen(port, '127.0.0.1');
    browser = await startBrowser(path);
  });
  afterEach(() => tickAll(desk, false));
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });

  const come = async (options: { width?: number } = {}): Promise<Visit> => {
    const here = await visit(browser, base, options);
    visits.push(here);
    return here;
  };
  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).waitFor();
  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
  const type = (page: Page, label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);
  const fieldError = async (page: Page): Promise<string> =>
    (await page.locator('.field-error:not(:empty)').textContent()) ?? '';
  const focused = (page: Page) => page.evaluate<string>('document.activeElement.name');

  async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
    await type(page, 'E-mail address', email);
    await type(page, 'Password', password);
    await page.keyboard.press('Enter');
  }
  async function enroll(page: Page) {
    const secret = (await page.locator('[data-secret]').textContent()) ?? '';
    expect(secret).toMatch(/^([A-Z2-7]{4} ?){8}$/);
    return authenticator(secret.replaceAll(' ', ''));
  }

  it('signs the first administrator in, and out again', async () => {
    const { page } = await come();
    await page.goto('/');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await heading(page, 'Sign in');
    expect(await focused(page)).toBe('username');

    await signIn(page, ADMIN.email, 'not the password');
    expect(await fieldError(page)).toBe('The e-mail address or the password is not right.');
    await signIn(page, ADMIN.email, ADMIN.password);
    await heading(page, 'Administrator');
    expect(new URL(page.url()).pathname).toBe('/account');
    // The session is in cookies that no script can read.
    expect(await page.evaluate('document.cookie')).toBe('');
    await press(page, 'Sign out');
    await page.getByText('You are signed out.').waitFor();
    await page.goto('/account');
    await page.getByText('Your session has ended. Please sign in again.').waitFor();
  });

  it('renews a session by its cookie, once, without asking', async () => {
    const { page, context } = await come();
    const user = await createUser(desk);
    await page.goto('/sign-in');
    await signIn(page, user.email);
    await heading(page, user.displayName as string);
    const refresh = async () => (await context.cookies()).find(({ name }) => name === 'countersign-refresh')?.value;
    const before = await refresh();
    await context.clearCookies({ name: 'countersign-access' });
    await page.goto('/');
    await heading(page, user.displayName as string);
    expect(await refresh()).not.toBe(before);
    await context.clearCookies();
    await page.reload();
    await page.getByText('Your session has ended. Please sign in again.').waitFor();
  });

  it('sets an app up at a first sign-in, then asks for its code', async () => {
    await switchOn(desk);
    const { page } = await come();
    await tickAll(desk, true);
    await page.goto('/sign-in');
    await signIn(page, ADMIN.email, ADMIN.password);
    await heading(page, 'Set up your second factor');
    await page.getByText('Why am I asked for this?').click();
    await page.getByText(/The role All/).waitFor();
    expect(await page.getByRole('button', { name: 'Disable 2FA' }).count()).toBe(0);
    await press(page, 'Continue');
    await heading(page, 'Set up your authenticator app');
    const picture = page.getByRole('img', { name: /QR code/ });
    expect(await picture.evaluate((node) => Reflect.get(node, 'naturalWidth') as number)).toBeGreaterThan(20);
    expect(await focused(page)).toBe('code');
    const app = await enroll(page);

    await type(page, 'Code', '12345');
    await press(page, 'Validate');
    expect(await fieldError(page)).toBe('Otp invalid! 4 attempts left.');
    const code = app(world.clock.now());
    await type(page, 'Code', `${code.slice(0, 3)} ${code.slice(3)}`);
    await press(page, 'Validate');
    await heading(page, 'Keep your recovery codes');
    expect(await page.getByRole('listitem').count()).toBe(10);
    const recoveryCode = (await page.getByRole('listitem').first().textContent()) ?? '';
    await press(page, /continue/);
    await heading(page, 'Second factor: on');
    await press(page, 'Sign out');

    world.clock.advance(30);
    await signIn(page, ADMIN.email, ADMIN.password);
    await heading(page, 'Enter your code');
    expect(await page.getByRole('img', { name: /QR/ }).count()).toBe(0);
    expect(await page.getByText('Keep me signed in').count()).toBe(0);
    await type(page, 'Code', '000');
    await press(page, 'Validate');
    expect(await fieldError(page)).toMatch(/^Otp invalid!/);
    await page.getByLabel('Remember this browser for 30 days').check();
    await type(page, 'Code', app(world.clock.now()));
    await press(page, 'Validate');
    await heading(page, 'Trusted browsers');
    await page.getByRole('button', { name: /^Forget: / }).click();
    await page.getByText('This browser is asked for a code again.').first().waitFor();
    await press(page, 'Sign out');

    await signIn(page, ADMIN.email, ADMIN.password);
    await press(page, 'Use a recovery code');
    await type(page, 'Recovery code', recoveryCode.toLowerCase());
    await press(page, 'Validate');
    await page.getByText('9 codes are left.').waitFor();
  });

  it('asks for password and code before a change, and for nothing again just after', async () => {
    const { page } = await come();
    const user = await createUser(desk, { canToggleTwoFactor: true });
    await page.goto('/sign-in');
    await signIn(page, user.email);
    await press(page, 'Set one up');
    await press(page, 'Continue');
    const question = page.getByRole('dialog', { name: 'Is it still you?' });
    await question.getByLabel('Password', { exact: true }).fill('wrong');
    await page.keyboard.press('Enter');
    expect(await fieldError(page)).toBe('The password is not right.');
    await question.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    const app = await enroll(page);
    await type(page, 'Code', app(world.clock.now()));
    await page.keyboard.press('Enter');
    await heading(page, 'Keep your recovery codes');
    await press(page, /continue/);
    await page.getByText('Your second factor is set up.').first().waitFor();

    world.clock.advance(400);
    await press(page, 'Get new codes');
    await question.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await question.getByLabel('Code', { exact: true }).fill(app(world.clock.now()));
    await page.keyboard.press('Enter');
    await heading(page, 'Keep your recovery codes');
    await press(page, /continue/);
    await page.getByRole('button', { name: 'Remove: Authenticator app' }).click();
    await page.getByRole('dialog', { name: 'Remove: Authenticator app' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('button', { name: 'Remove: Authenticator app' }).click();
    await press(page, 'Remove');
    await page.getByText('Authenticator app was removed.').first().waitFor();
    await heading(page, 'Second factor: off');
  });

  it('sends a code by mail at once where that is the one method', async () => {
    const { page } = await come({ width: 320 });
    const user = await confirmedUser(world, desk, { useTwoFactor: true });
    world.clock.advance(60);
    await page.goto('/sign-in');
    await signIn(page, user.email);
    await page.getByText('A code is on its way to p•••@example.com.').waitFor();
    const { text } = await freshMail(world, user.email, /code/i);
    await page.locator('.delivery').getByText('It has been sent.').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await type(page, 'Code', codeIn(text));
    await press(page, 'Validate');
    await heading(page, 'Second factor: on');
  });

  it('confirms an address when Verify is pressed, not when the link is opened', async () => {
    const { page } = await come();
    const user = await createUser(desk, { password: undefined, sendActivationEmail: true });
    const token = tokenIn((await freshMail(world, user.email)).text);
    const isConfirmed = async () =>
      (await desk.ask('query($id: ID!) { user(id: $id) { emailConfirmed } }', { id: user.id })).emailConfirmed;
    await page.goto(`/confirm-email?token=${token}`);
    await page.getByRole('button', { name: 'Verify' }).waitFor();
    expect(page.url()).toBe(`${base}/confirm-email`);
    expect(await isConfirmed()).toBe(false);

    await type(page, 'New password', PASSWORD);
    await type(page, 'New password once more', 'something else');
    await press(page, 'Verify');
    expect(await fieldError(page)).toBe('The two are not the same.');
    await page.reload();
    await type(page, 'New password', PASSWORD);
    await type(page, 'New password once more', PASSWORD);
    await press(page, 'Verify');
    await page.getByText('Your address is confirmed and your password is set.').waitFor();
    expect(await isConfirmed()).toBe(true);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page, user.email);
    await heading(page, user.displayName as string);
  });

  it('shows a mailed QR code to whoever signs in as the same person, once', async () => {
    await setTwoFactor(desk, { totpDelivery: 'MAILED_LINK', methods: ['TOTP'] });
    const { page, context } = await come();
    const user = await createUser(desk, { useTwoFactor: true, canToggleTwoFactor: true });
    const other = await createUser(desk, { useTwoFactor: true });
    await page.goto('/sign-in');
    await signIn(page, user.email);
    await heading(page, 'Look into your mailbox');
    await page.getByRole('button', { name: 'Disable 2FA' }).waitFor();
    const token = tokenIn((await freshMail(world, user.email)).text);

    const tab = await context.newPage();
    await tab.goto(`/enroll?token=${token}`);
    await heading(tab, 'Set up your authenticator app');
    expect(tab.url()).toBe(`${base}/enroll`);
    expect(await tab.locator('[data-secret]').count()).toBe(0);
    await signIn(tab, other.email);
    await tab.getByText(/This link has expired, was used already, or is not meant for this account/).waitFor();
    await tab.goto(`/enroll?token=${token}`);
    await signIn(tab, user.email);
    const app = await enroll(tab);
    await type(tab, 'Code', app(world.clock.now()));
    await tab.keyboard.press('Enter');
    await heading(tab, 'Keep your recovery codes');

    await tab.goto(`/enroll?token=${token}`);
    await signIn(tab, user.email);
    await heading(tab, 'This link does not work');
  });

  it('resets a QR code by mail', async () => {
    await setTwoFactor(desk, { totpDelivery: 'ON_SCREEN', methods: ['TOTP'] });
    const { page } = await come();
    const user = await confirmedUser(world, desk, { useTwoFactor: true });
    world.clock.advance(60);
    await page.goto('/sign-in');
    await signIn(page, user.email);
    const old = await enroll(page);
    await type(page, 'Code', old(world.clock.now()));
    await press(page, 'Validate');
    await press(page, /continue/);
    await press(page, 'Sign out');

    world.clock.advance(60);
    await signIn(page, user.email);
    await press(page, 'Reset QR by mail');
    await heading(page, 'Look into your mailbox');
    const mail = await freshMail(world, user.email, /./);
    await page.goto(`/enroll?token=${tokenIn(mail.text)}`);
    await signIn(page, user.email);
    const app = await enroll(page);
    await type(page, 'Code', app(world.clock.now()));
    await press(page, 'Validate');
    await heading(page, 'Second factor: on');
  });

  it('takes no for an answer where the person may decide', async () => {
    const { page } = await come();
    const user = await createUser(desk, { useTwoFactor: true, canToggleTwoFactor: true });
    await page.goto('/sign-in');
    await signIn(page, user.email);
    await press(page, 'Disable 2FA');
    await heading(page, 'Second factor: off');
    await page.getByText('Use 2FA: NO').waitFor();
  });

  it('and all that without a complaint of the browser, or a word to another host', () => {
    expect(visits.length).toBeGreaterThan(5);
    expect(visits.flatMap(({ strangers }) => strangers)).toEqual([]);
    expect(visits.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
});
