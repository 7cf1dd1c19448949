import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  type App,
  auditOf,
  createGroup,
  createRole,
  createUser,
  enrollSignedIn,
  login,
  organization,
  type Organization,
  outcomeOf,
  PASSWORD,
  reauthenticate,
  settle,
  signedIn,
  updateUser,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

interface Trusting {
  house: Organization;
  id: string;
  email: string;
  app: App;
  recoveryCodes: string[];
  factorId: string;
  /** Signed in, and reauthenticated. */
  client: Client;
  token: string;
}

describe.each(ENGINES)('trusted browsers, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const withToken = (email: string, trustedBrowserToken: string, password = PASSWORD) =>
    login(world.client(), email, password, { trustedBrowserToken });

  /** A person with an app whose browser is trusted. */
  async function trusting(): Promise<Trusting> {
    const house = await organization(world);
    await settle(house.admin, { rememberBrowserDays: 30 });
    const { id, email } = await createUser(house.admin);
    const client = await signedIn(world, email);
    const { app, recoveryCodes, factorId } = await enrollSignedIn(world, client);
    world.clock.advance(30);
    const { ticket } = await login(client, email);
    const input = { ticket, method: 'TOTP', code: app(world.clock.now()), rememberBrowser: true };
    const result = await client.ask(op.VERIFY, { input });
    return { house, id, email, app, recoveryCodes, factorId, client, token: result.trustedBrowserToken };
  }

  it('change their value with each use, and an old value shown again ends the series', async () => {
    const { house, id, email, token } = await trusting();
    const next = (await withToken(email, token)).trustedBrowserToken as string;
    expect(next).not.toBe(token);
    const latest = (await withToken(email, next)).trustedBrowserToken as string;
    // The thief, or the owner after the thief: whoever comes second finds that it is over for both.
    expect((await withToken(email, next)).__typename).toBe('SecondFactorRequired');
    expect((await withToken(email, latest)).__typename).toBe('SecondFactorRequired');
    expect(await auditOf(house.admin, { key: 'trusted-browser.reuse-detected', subjectId: id })).toHaveLength(1);
  });

  it.each(['', 'x', 'x'.repeat(43), 'a.b', `${'x'.repeat(22)}.${'y'.repeat(43)}`])(
    'a value like %j is none',
    async (value) => {
      const { email } = await trusting();
      expect((await withToken(email, value)).__typename).toBe('SecondFactorRequired');
    },
  );

  it('say nothing about anybody else, and need the password', async () => {
    const mine = await trusting();
    const yours = await trusting();
    expect((await withToken(yours.email, mine.token)).__typename).toBe('SecondFactorRequired');
    expect(outcomeOf(await withToken(mine.email, mine.token, 'something else entirely'))).toBe('INVALID_CREDENTIALS');
    // Neither try has cost the owner anything.
    expect((await withToken(mine.email, mine.token)).amr).toEqual(['pwd', 'trusted-browser']);
  });

  const ENDINGS: [string, (person: Trusting) => Promise<unknown>][] = [
    [
      'a new password',
      async ({ client }) => {
        const next = 'nine calm otters drift downstream';
        return client.ask(op.CHANGE_PASSWORD, { current: PASSWORD, next });
      },
    ],
    ["an administrator's reset", async ({ house, id }) => house.admin.ask(op.RESET_USER, { id })],
    ["the person's own reset", async ({ client }) => client.ask(op.RESET_MINE)],
    ['a factor removed', async ({ client, factorId }) => client.ask(op.REMOVE_FACTOR, { id: factorId })],
    [
      'a role gained',
      async ({ house, id }) => {
        const { id: role } = await createRole(house.admin, { permissions: ['USERS_READ'] });
        return updateUser(house.admin, id, { roleIds: [role] });
      },
    ],
    [
      'a role gained through a group',
      async ({ house, id }) => {
        const { id: role } = await createRole(house.admin, { permissions: ['USERS_READ'] });
        const group = await createGroup(house.admin, []);
        await updateUser(house.admin, id, { groupIds: [group.id] });
        return house.admin.ask(op.UPDATE_GROUP, { id: group.id, input: { roleIds: [role] } });
      },
    ],
    ['the days lowered', async ({ house }) => settle(house.admin, { rememberBrowserDays: 29 })],
    ['the days set to none', async ({ house }) => settle(house.admin, { rememberBrowserDays: 0 })],
    ['another address', async ({ house, id }) => updateUser(house.admin, id, { email: `new-${id}@example.com` })],
    [
      'a deactivation, also after it was undone',
      async ({ house, id }) => {
        await updateUser(house.admin, id, { active: false });
        return updateUser(house.admin, id, { active: true });
      },
    ],
  ];
  it.each(ENDINGS)('die with %s', async (what, end) => {
    const person = await trusting();
    expect(await person.client.ask(op.MY_BROWSERS)).toHaveLength(1);
    await end(person);
    const email = what === 'another address' ? `new-${person.id}@example.com` : person.email;
    const password = what === 'a new password' ? 'nine calm otters drift downstream' : PASSWORD;
    const result = await withToken(email, person.token, password);
    expect(['SecondFactorRequired', 'EnrollmentRequired', 'SignedIn']).toContain(result.__typename);
    expect(result.amr ?? []).not.toContain('trusted-browser');
    expect(result.trustedBrowserToken ?? null).toBeNull();
  });

  it('stay dead where the days are raised again, and live on where they are raised at once', async () => {
    const first = await trusting();
    await settle(first.house.admin, { rememberBrowserDays: 60 });
    const result = await withToken(first.email, first.token);
    expect(result.amr).toEqual(['pwd', 'trusted-browser']);
    await settle(first.house.admin, { rememberBrowserDays: 10 });
    await settle(first.house.admin, { rememberBrowserDays: 90 });
    expect((await withToken(first.email, result.trustedBrowserToken)).__typename).toBe('SecondFactorRequired');
  });

  it('are not given for a recovery code', async () => {
    const { email, recoveryCodes } = await trusting();
    const { ticket } = await login(world.client(), email);
    const input = { ticket, method: 'RECOVERY_CODE', code: recoveryCodes[0], rememberBrowser: true };
    const result = await world.client().ask(op.VERIFY, { input });
    expect(result).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'recovery'], trustedBrowserToken: null });
  });

  it('are listed with where they are, revoked one by one, and only by their owner', async () => {
    const mine = await trusting();
    const yours = await trusting();
    const [browser] = await mine.client.ask(op.MY_BROWSERS);
    expect(browser).toMatchObject({ userAgent: 'Test browser', ip: '127.0.0.1' });
    expect(Date.parse(browser.expiresAt) - Date.parse(browser.createdAt)).toBe(30 * 24 * 3600 * 1000);
    expect(await yours.client.errorOf(op.REVOKE_BROWSER, { id: browser.id })).toBe('NOT_FOUND');
    expect(await mine.client.errorOf(op.REVOKE_BROWSER, { id: '0'.repeat(36) })).toBe('NOT_FOUND');
    await mine.client.ask(op.REVOKE_BROWSER, { id: browser.id });
    expect(await mine.client.ask(op.MY_BROWSERS)).toEqual([]);
    expect((await withToken(mine.email, mine.token)).__typename).toBe('SecondFactorRequired');
  });

  it('do not replace the factor where it is asked for once more', async () => {
    const { email, token, app } = await trusting();
    const result = await withToken(email, token);
    const client = world.client();
    client.token = result.accessToken;
    const refused = await client.ask(op.REAUTHENTICATE, { input: { password: PASSWORD } });
    expect(outcomeOf(refused)).toBe('OTP_INVALID');
    expect(await client.errorOf(op.RESET_MINE)).toBe('REAUTHENTICATION_REQUIRED');
    world.clock.advance(30);
    await reauthenticate(client, PASSWORD, { method: 'TOTP', code: app(world.clock.now()) });
    expect(outcomeOf(await client.ask(op.RENEW_CODES))).toBe('RecoveryCodes');
  });
});
