import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  auditOf,
  createUser,
  enrollSignedIn,
  login,
  organization,
  outcomeOf,
  PASSWORD,
  reauthenticate,
  signedIn,
  signInWithApp,
  updateUser,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const MINUTE = 60;
const HOUR = 3600;

describe.each(ENGINES)('sessions, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const refresh = (token: string, client = world.client()) => client.ask(op.REFRESH, { token });
  const withAccess = (token: string): Client => Object.assign(world.client(), { token });

  async function person() {
    const { admin } = await organization(world);
    const { id, email } = await createUser(admin);
    return { admin, id: id as string, email: email as string };
  }

  it('are listed, newest first, with the present one marked', async () => {
    const { email } = await person();
    for (const browser of ['Firefox', 'Safari', 'Edge']) {
      await login(world.client({ 'user-agent': browser }), email);
      world.clock.advance(1);
    }
    const { accessToken } = await login(world.client({ 'user-agent': 'Chrome' }), email);
    const sessions = await withAccess(accessToken).ask(op.MY_SESSIONS);
    expect(sessions.map(({ userAgent }: { userAgent: string }) => userAgent)).toEqual([
      'Chrome',
      'Edge',
      'Safari',
      'Firefox',
    ]);
    expect(sessions.map(({ current }: { current: boolean }) => current)).toEqual([true, false, false, false]);
    expect(sessions[0]).toMatchObject({ amr: ['pwd'], ip: '127.0.0.1' });
  });

  it('an ended session is refused at the next request, and its refresh with it', async () => {
    const { email } = await person();
    const [one, two] = [await login(world.client(), email), await login(world.client(), email)];
    const other = withAccess(two.accessToken);
    const sessions = await other.ask(op.MY_SESSIONS);
    const { id } = sessions.find(({ current }: { current: boolean }) => !current);
    await other.ask(op.REVOKE_SESSION, { id });
    expect(await withAccess(one.accessToken).errorOf(op.ME)).toBe('UNAUTHENTICATED');
    expect((await refresh(one.refreshToken)).__typename).toBe('Refused');
    expect((await other.ask(op.MY_SESSIONS)).length).toBe(1);
  });

  it('are ended by signing out, and by nobody else', async () => {
    const { email, admin } = await person();
    const stranger = await createUser(admin);
    const mine = await login(world.client(), email);
    const client = withAccess(mine.accessToken);
    const [{ id }] = await client.ask(op.MY_SESSIONS);
    const other = await signedIn(world, stranger.email);
    expect(await other.errorOf(op.REVOKE_SESSION, { id })).toBe('NOT_FOUND');
    await client.ask(op.LOGOUT);
    expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
    expect(await client.errorOf(op.LOGOUT)).toBe('UNAUTHENTICATED');
    expect((await refresh(mine.refreshToken)).__typename).toBe('Refused');
  });

  it('an access token lives ten minutes', async () => {
    const { email } = await person();
    const { accessToken, accessTokenExpiresAt } = await login(world.client(), email);
    expect(Date.parse(accessTokenExpiresAt) - world.clock.now().getTime()).toBe(10 * MINUTE * 1000);
    const client = withAccess(accessToken);
    world.clock.advance(10 * MINUTE - 1);
    expect((await client.ask(op.ME)).email).toBe(email);
    world.clock.advance(1);
    expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
  });

  it('a refresh gives new values, and an old one shown again ends the session', async () => {
    const { admin, id, email } = await person();
    const first = await login(world.client(), email);
    const second = await refresh(first.refreshToken);
    expect(second).toMatchObject({ __typename: 'Tokens' });
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await withAccess(second.accessToken).ask(op.ME)).email).toBe(email);
    expect(outcomeOf(await refresh(first.refreshToken))).toBe('INVALID_CREDENTIALS');
    // Whoever has the newer value is out as well, at once.
    expect(await withAccess(second.accessToken).errorOf(op.ME)).toBe('UNAUTHENTICATED');
    expect((await refresh(second.refreshToken)).__typename).toBe('Refused');
    expect(await auditOf(admin, { key: 'session.refresh-reused', subjectId: id })).toHaveLength(1);
  });

  it.each(['', 'x', 'x'.repeat(43), 'a.b', 'x'.repeat(5000)])('a refresh value like %j is none', async (value) => {
    expect(outcomeOf(await refresh(value.slice(0, 4000)))).toBe('INVALID_CREDENTIALS');
  });

  it('an access token is no refresh value, and the other way round', async () => {
    const { email } = await person();
    const { accessToken, refreshToken } = await login(world.client(), email);
    expect((await refresh(accessToken)).__typename).toBe('Refused');
    expect(await withAccess(refreshToken).errorOf(op.ME)).toBe('UNAUTHENTICATED');
  });

  it('end after an hour without use', async () => {
    const { email } = await person();
    const idle = await login(world.client(), email);
    let used = await login(world.client(), email);
    for (let round = 0; round < 2; round += 1) {
      world.clock.advance(HOUR / 2);
      used = await refresh(used.refreshToken);
    }
    expect((await refresh(idle.refreshToken)).__typename).toBe('Refused');
    world.clock.advance(HOUR - 1);
    expect((await refresh(used.refreshToken)).__typename).toBe('Tokens');
  });

  it('end after a day, however much they are used', async () => {
    const { email } = await person();
    let tokens = await login(world.client(), email);
    const end = Date.parse(tokens.sessionExpiresAt);
    expect(end - world.clock.now().getTime()).toBe(24 * HOUR * 1000);
    for (let round = 0; round < 47; round += 1) {
      world.clock.advance(HOUR / 2);
      tokens = await refresh(tokens.refreshToken);
      expect(tokens.__typename).toBe('Tokens');
    }
    world.clock.advance(HOUR / 2);
    expect((await refresh(tokens.refreshToken)).__typename).toBe('Refused');
  });

  it('are judged by policy as it stands, at each refresh', async () => {
    const { admin, id, email } = await person();
    const weak = await login(world.client(), email);
    await enrollSignedIn(world, await signedIn(world, email));
    // A factor of one's own now stands; the session was opened by the password alone.
    expect((await refresh(weak.refreshToken)).__typename).toBe('Refused');
    const [event] = await auditOf(admin, { key: 'session.revoked', subjectId: id });
    expect(event?.facts.why).toBe('policy');
  });

  it('of a deactivated user are over at the next request', async () => {
    const { admin, id, email } = await person();
    const { accessToken, refreshToken } = await login(world.client(), email);
    await updateUser(admin, id, { active: false });
    expect(await withAccess(accessToken).errorOf(op.ME)).toBe('UNAUTHENTICATED');
    expect((await refresh(refreshToken)).__typename).toBe('Refused');
    await updateUser(admin, id, { active: true });
    expect(await withAccess(accessToken).errorOf(op.ME)).toBe('UNAUTHENTICATED');
  });

  it('a new password ends all others, and keeps the one in which it was set', async () => {
    const { email } = await person();
    const other = await login(world.client(), email);
    const client = await signedIn(world, email);
    const next = 'nine calm otters drift downstream';
    expect(outcomeOf(await client.ask(op.CHANGE_PASSWORD, { current: 'wrong', next }))).toBe('INVALID_CREDENTIALS');
    expect(outcomeOf(await client.ask(op.CHANGE_PASSWORD, { current: PASSWORD, next: 'short' }))).toBe('WEAK_PASSWORD');
    expect((await client.ask(op.CHANGE_PASSWORD, { current: PASSWORD, next })).__typename).toBe('Done');
    expect((await client.ask(op.ME)).email).toBe(email);
    expect(await withAccess(other.accessToken).errorOf(op.ME)).toBe('UNAUTHENTICATED');
    expect((await refresh(other.refreshToken)).__typename).toBe('Refused');
    expect(outcomeOf(await login(world.client(), email))).toBe('INVALID_CREDENTIALS');
    expect((await login(world.client(), email, next)).__typename).toBe('SignedIn');
  });

  describe('reauthentication', () => {
    it('opens five minutes, prolonged by use up to thirty', async () => {
      const { email } = await person();
      let tokens = await login(world.client(), email);
      const client = withAccess(tokens.accessToken);
      await reauthenticate(client);
      const act = async (): Promise<string> =>
        (await client.send(op.PREFER, { method: 'TOTP' })).errors?.[0]?.extensions.code ?? 'open';
      for (let minute = 4; minute <= 28; minute += 4) {
        world.clock.advance(4 * MINUTE);
        tokens = await refresh(tokens.refreshToken);
        client.token = tokens.accessToken;
        expect(`${String(minute)} ${await act()}`).toBe(`${String(minute)} open`);
      }
      world.clock.advance(2 * MINUTE);
      expect(await act()).toBe('REAUTHENTICATION_REQUIRED');
      tokens = await refresh(tokens.refreshToken);
      client.token = tokens.accessToken;
      await reauthenticate(client);
      world.clock.advance(5 * MINUTE);
      expect(await act()).toBe('REAUTHENTICATION_REQUIRED');
    });

    it('belongs to one session, and a sign-in alone is none', async () => {
      const { email } = await person();
      const client = await signedIn(world, email);
      const { app } = await enrollSignedIn(world, client);
      const other = await signInWithApp(world, email, app);
      expect(await other.errorOf(op.RENEW_CODES)).toBe('REAUTHENTICATION_REQUIRED');
      expect((await client.ask(op.RENEW_CODES)).__typename).toBe('RecoveryCodes');
    });

    it('takes no step of the app that a sign-in has taken', async () => {
      const { email } = await person();
      const { app } = await enrollSignedIn(world, await signedIn(world, email));
      const client = await signInWithApp(world, email, app);
      const input = { password: PASSWORD, method: 'TOTP', code: app(world.clock.now()) };
      expect(outcomeOf(await client.ask(op.REAUTHENTICATE, { input }))).toBe('OTP_INVALID');
      const wrong = { ...input, password: 'something else entirely' };
      expect(outcomeOf(await client.ask(op.REAUTHENTICATE, { input: wrong }))).toBe('INVALID_CREDENTIALS');
    });
  });
});
