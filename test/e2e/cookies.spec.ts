import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphqlAnswer } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  createUser,
  enrollSignedIn,
  login,
  organization,
  PASSWORD,
  reauthenticate,
  settle,
  signedIn,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('sessions in cookies, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  const person = async () => createUser((await organization(world)).admin);
  const input = (email: string) => ({ input: { email, password: PASSWORD, useCookies: true } });
  const names = ({ cookies }: GraphqlAnswer): string[] => cookies.map(({ name }) => name).sort();

  it('stand in HttpOnly cookies of the same site, and nowhere in the answer', async () => {
    const { email } = await person();
    const client = world.client();
    const answer = await client.send(op.LOGIN, input(email));
    expect(answer.data.login).toMatchObject({ __typename: 'SignedIn', accessToken: null, refreshToken: null });
    expect(names(answer)).toEqual(['countersign-access', 'countersign-refresh']);
    for (const cookie of answer.cookies) {
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
      expect(JSON.stringify(answer.data)).not.toContain(cookie.value);
    }
    expect(answer.cookies.map(({ maxAge }) => maxAge).sort()).toEqual([600, 86_400].sort());
    expect((await client.ask(op.ME)).email).toBe(email);
    await reauthenticate(client);
    expect((await client.ask(op.SET_USE, { use: true })).twoFactor.use).toBe(true);
  });

  it('are refreshed from their cookie, rotate there, and an old one ends the session', async () => {
    const { email } = await person();
    const client = world.client();
    const first = await client.send(op.LOGIN, input(email));
    const old = first.cookies.find(({ name }) => name === 'countersign-refresh')?.value ?? '';
    const renewed = await client.send(op.REFRESH, {});
    expect(renewed.data.refresh).toMatchObject({ __typename: 'Tokens', accessToken: null, refreshToken: null });
    expect(names(renewed)).toEqual(['countersign-access', 'countersign-refresh']);
    expect((await client.ask(op.ME)).email).toBe(email);
    expect((await world.client().ask(op.REFRESH, { token: old })).__typename).toBe('Refused');
    expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
    const cleared = await client.send(op.REFRESH, {});
    expect(cleared.data.refresh.__typename).toBe('Refused');
    expect(cleared.cookies.map(({ value }) => value)).toEqual(['', '']);
  });

  it('are gone after signing out', async () => {
    const { email } = await person();
    const client = world.client();
    await client.send(op.LOGIN, input(email));
    const out = await client.send(op.LOGOUT);
    expect(out.cookies.map(({ value }) => value)).toEqual(['', '']);
    expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
    expect((await client.ask(op.REFRESH, {})).__typename).toBe('Refused');
  });

  it('keep the trusted browser as well, which then signs in by the password alone', async () => {
    const { admin } = await organization(world);
    await settle(admin, { rememberBrowserDays: 30 });
    const { email } = await createUser(admin);
    const { app } = await enrollSignedIn(world, await signedIn(world, email));
    world.clock.advance(30);
    const client = world.client();
    const { ticket } = (await client.send(op.LOGIN, input(email))).data.login;
    const verify = { ticket, method: 'TOTP', code: app(world.clock.now()), rememberBrowser: true };
    const answer = await client.send(op.VERIFY, { input: verify });
    expect(answer.data.verify).toMatchObject({ __typename: 'SignedIn', trustedBrowserToken: null, accessToken: null });
    expect(names(answer)).toEqual(['countersign-access', 'countersign-browser', 'countersign-refresh']);
    const next = await client.send(op.LOGIN, input(email));
    expect(next.data.login).toMatchObject({ amr: ['pwd', 'trusted-browser'], trustedBrowserToken: null });
    expect(names(next)).toContain('countersign-browser');
    expect((await login(world.client(), email)).__typename).toBe('SecondFactorRequired');
  });

  it('are set by the step that ends the sign-in, not by the password', async () => {
    const { admin } = await organization(world, 'everyone');
    const { email } = await createUser(admin);
    const client = world.client();
    const asked = await client.send(op.LOGIN, input(email));
    expect(asked.data.login.__typename).toBe('EnrollmentRequired');
    expect(asked.cookies).toEqual([]);
    expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
  });

  it.each([
    ['another site', 'https://evil.example', 403],
    ['a page without an origin', 'null', 403],
    ['our own pages', 'http://localhost:3000', 200],
  ])('from %s: %s is answered with %p', async (_name, origin, status) => {
    const { email } = await person();
    const client = world.client();
    const { cookies } = await client.send(op.LOGIN, input(email));
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const attacker = world.client({ origin, cookie });
    const answer = await attacker.send(op.ME);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.data ?? null).toBeNull();
  });
});
