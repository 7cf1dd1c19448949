import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { type App, createUser, enrollApp, login, PASSWORD, reauthenticate } from '../support/people.js';
import { auditOf, begun, freshMail, messagesTo, serviceDesk, setTwoFactor, switchOn } from '../support/scenes.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

interface Kind {
  algorithm: string;
  digits: number;
  period: number;
}
const USUAL: Kind = { algorithm: 'SHA1', digits: 6, period: 30 };

describe.each(ENGINES)('0.11 hard tokens in use, on %s', (engine) => {
  let world: World;
  let desk: Client;
  let made = 0;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP', 'EMAIL'] });
    await switchOn(desk);
  });
  afterAll(() => world.stop());

  /** A token fresh from the box, and the same thing in the hand of a person. */
  async function token(kind: Kind = USUAL): Promise<{ id: string; serial: string; press: App }> {
    made += 1;
    const serial = `T-${String(made).padStart(4, '0')}`;
    const seed = createHash('sha512').update(serial).digest().subarray(0, 32);
    const { algorithm, digits, period } = kind;
    const csv = `${serial},${seed.toString('hex')},${algorithm},${String(digits)},${String(period)}`;
    expect(await desk.ask(op.IMPORT_TOKENS, { csv })).toEqual({ imported: 1, problems: [] });
    const press = authenticator(seed, { algorithm: algorithm.toLowerCase(), digits, period });
    return { ...(await look(serial)), press };
  }
  async function look(
    serial: string,
  ): Promise<{ id: string; serial: string; state: string; user: { id: string } | null }> {
    const { nodes } = await desk.ask(op.TOKENS_IN_FULL, { first: 100 });
    return nodes.find((each: { serial: string }) => each.serial === serial);
  }
  const assign = (tokenId: string, userId: string) => desk.ask(op.ASSIGN_TOKEN, { tokenId, userId });
  const release = (tokenId: string, lost?: boolean) => desk.ask(op.RELEASE_TOKEN, { tokenId, lost });
  const verify = (client: Client, ticket: string, code: string) =>
    client.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code } });
  const member = () => createUser(desk, { useTwoFactor: true });
  const now = (): Date => world.clock.now();

  async function holder(kind?: Kind) {
    const user = await member();
    const hard = await token(kind);
    expect(await assign(hard.id, user.id)).toMatchObject({
      __typename: 'HardwareToken',
      state: 'ASSIGNED',
      user: { id: user.id },
    });
    return { ...hard, user };
  }
  /** A holder who has proven it by a sign-in. */
  async function provenHolder() {
    const held = await holder();
    const { client, ticket } = await begun(world, held.user.email, 'EnrollmentRequired');
    expect(await verify(client, ticket, held.press(now()))).toMatchObject({ __typename: 'SignedIn' });
    world.clock.advance(60);
    return held;
  }

  it.each<Kind>([
    USUAL,
    { algorithm: 'SHA256', digits: 8, period: 30 },
    { algorithm: 'SHA512', digits: 8, period: 60 },
    { algorithm: 'SHA1', digits: 6, period: 60 },
  ])('$algorithm, $digits digits, $period s: proven by the set-up, whose secret is not shown', async (kind) => {
    const { user, serial, press } = await holder(kind);
    const { client, ticket } = await begun(world, user.email, 'EnrollmentRequired');
    const started = await client.ask(op.START, { input: { ticket, method: 'TOTP' } });
    expect(started).toMatchObject({ __typename: 'Enrollment', method: 'TOTP', totp: null, sent: null });
    const input = { ticket, enrollmentId: started.id, code: press(now()) };
    const result = await client.ask(op.CONFIRM, { input });
    expect(result).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'otp'] });
    expect(result.recoveryCodes).toHaveLength(10);
    expect(await look(serial)).toMatchObject({ state: 'PROVEN', user: { id: user.id } });

    world.clock.advance(kind.period);
    const later = await begun(world, user.email, 'SecondFactorRequired');
    expect(await verify(later.client, later.ticket, press(now()))).toMatchObject({ __typename: 'SignedIn' });
  });

  it('or by its first right code at a sign-in, as any first set-up: with recovery codes, and told by mail', async () => {
    const { user, serial, press } = await holder();
    const { client, ticket } = await begun(world, user.email, 'EnrollmentRequired');
    const result = await verify(client, ticket, press(now()));
    expect(result).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'otp'] });
    expect(result.recoveryCodes).toHaveLength(10);
    expect(await look(serial)).toMatchObject({ state: 'PROVEN' });
    expect((await freshMail(world, user.email)).subject).toContain('second factor was added');
    const keys = (await auditOf(desk, user.id)).map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(['hardware-token.assigned', 'hardware-token.proven']));

    world.clock.advance(30);
    const later = await begun(world, user.email, 'SecondFactorRequired');
    const input = { ticket: later.ticket, method: 'RECOVERY_CODE', code: result.recoveryCodes[0] };
    expect(await later.client.ask(op.VERIFY, { input })).toMatchObject({ __typename: 'SignedIn' });
  });

  it('or signed in, under my settings', async () => {
    const user = await createUser(desk);
    const hard = await token();
    await assign(hard.id, user.id);
    const client = world.client();
    client.token = (await login(client, user.email)).accessToken;
    await reauthenticate(client);
    const { id: enrollmentId, totp } = await client.ask(op.START, { input: { method: 'TOTP' } });
    expect(totp).toBeNull();
    const input = { enrollmentId, code: hard.press(now()) };
    expect(await client.ask(op.CONFIRM, { input })).toMatchObject({
      __typename: 'FactorAdded',
      factor: { method: 'TOTP' },
    });
    await begun(world, user.email, 'SecondFactorRequired');
  });

  it('does not count before it is proven, and a wrong code proves nothing', async () => {
    const { user, serial, press } = await holder();
    expect(await desk.ask(op.USER, { id: user.id })).toMatchObject({ twoFactor: { enrolled: false, factors: [] } });
    const { client, ticket } = await begun(world, user.email, 'EnrollmentRequired');
    const wrong = String((Number(press(now())) + 1) % 1_000_000).padStart(6, '0');
    for (const code of [wrong, '', press(now()).slice(1)]) {
      expect(await verify(client, ticket, code)).toMatchObject({ code: 'OTP_INVALID' });
    }
    expect(await look(serial)).toMatchObject({ state: 'ASSIGNED' });
    expect(await verify(client, ticket, press(now()))).toMatchObject({ __typename: 'SignedIn' });
  });

  it('opens nothing while the organization does not take codes of this kind', async () => {
    await setTwoFactor(desk, { methods: ['EMAIL'] });
    const { user, press } = await holder();
    const { client, ticket } = await begun(world, user.email, 'EnrollmentRequired');
    expect(await verify(client, ticket, press(now()))).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    await setTwoFactor(desk, { methods: ['TOTP', 'EMAIL'] });
  });

  it('opens nothing for whom it was not given to', async () => {
    const { press } = await holder();
    const stranger = await member();
    const { client, ticket } = await begun(world, stranger.email, 'EnrollmentRequired');
    expect(await verify(client, ticket, press(now()))).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    const theirs = await holder();
    const other = await begun(world, theirs.user.email, 'EnrollmentRequired');
    expect(await verify(other.client, other.ticket, press(now()))).toMatchObject({ code: 'OTP_INVALID' });
  });

  it('a code is good once, at whichever door, and not before the one that was used', async () => {
    const { user, press } = await holder();
    const earlier = press(new Date(now().getTime() - 30_000));
    const first = await begun(world, user.email, 'EnrollmentRequired');
    expect(await verify(first.client, first.ticket, press(now()))).toMatchObject({ __typename: 'SignedIn' });
    const { client, ticket } = await begun(world, user.email, 'SecondFactorRequired');
    expect(await verify(client, ticket, press(now()))).toMatchObject({ code: 'OTP_INVALID' });
    expect(await verify(client, ticket, earlier)).toMatchObject({ code: 'OTP_INVALID' });
  });

  it('lost, it opens nothing any more, and its person sets up anew', async () => {
    const { id, user, press, serial } = await provenHolder();
    const { client, ticket } = await begun(world, user.email, 'SecondFactorRequired');
    expect(await release(id, true)).toMatchObject({ __typename: 'HardwareToken', state: 'LOST', user: null });
    expect((await verify(client, ticket, press(now()))).__typename).toBe('Refused');
    expect(await desk.ask(op.USER, { id: user.id })).toMatchObject({ twoFactor: { enrolled: false } });
    const { app } = await enrollApp(world, user.email);
    world.clock.advance(30);
    const later = await begun(world, user.email, 'SecondFactorRequired');
    expect(await verify(later.client, later.ticket, press(now()))).toMatchObject({ code: 'OTP_INVALID' });
    expect(await verify(later.client, later.ticket, app(now()))).toMatchObject({ __typename: 'SignedIn' });
    expect((await assign(id, user.id)).__typename).toBe('Refused');
    expect(await look(serial)).toMatchObject({ state: 'LOST' });
  });

  it('returned, it is free for somebody else, and what was spent stays spent', async () => {
    const { id, user, press } = await provenHolder();
    const before = await begun(world, user.email, 'SecondFactorRequired');
    const used = press(now());
    expect(await verify(before.client, before.ticket, used)).toMatchObject({ __typename: 'SignedIn' });
    expect(await release(id)).toMatchObject({ state: 'FREE', user: null });
    await begun(world, user.email, 'EnrollmentRequired');

    const next = await member();
    expect(await assign(id, next.id)).toMatchObject({ state: 'ASSIGNED', user: { id: next.id } });
    const { client, ticket } = await begun(world, next.email, 'EnrollmentRequired');
    expect(await verify(client, ticket, used)).toMatchObject({ code: 'OTP_INVALID' });
    world.clock.advance(30);
    expect(await verify(client, ticket, press(now()))).toMatchObject({ __typename: 'SignedIn', user: { id: next.id } });
  });

  it('taken back from a person, it takes the trust in their browsers along, and they are told', async () => {
    await setTwoFactor(desk, { rememberBrowserDays: 30 });
    const { id, user, press } = await provenHolder();
    const { client, ticket } = await begun(world, user.email, 'SecondFactorRequired');
    const input = { ticket, method: 'TOTP', code: press(now()), rememberBrowser: true };
    const { trustedBrowserToken } = await client.ask(op.VERIFY, { input });
    expect(trustedBrowserToken).toEqual(expect.any(String));
    await release(id, true);
    const again = await login(world.client(), user.email, PASSWORD, { trustedBrowserToken });
    expect(again).toMatchObject({ __typename: 'EnrollmentRequired' });
    expect((await messagesTo(world, user.email)).map(({ template }) => template)).toContain('factor-removed');
  });

  it('is given to one person at a time, who has one', async () => {
    const { id, user } = await holder();
    expect((await assign(id, (await member()).id)).__typename).toBe('Refused');
    expect((await assign((await token()).id, user.id)).__typename).toBe('Refused');
  });

  it('after a reset it has to be proven anew', async () => {
    const { user, press, serial } = await provenHolder();
    expect(await desk.ask(op.RESET_USER, { id: user.id })).toMatchObject({ __typename: 'User' });
    expect(await look(serial)).toMatchObject({ state: 'ASSIGNED', user: { id: user.id } });
    const { client, ticket } = await begun(world, user.email, 'EnrollmentRequired');
    expect(await verify(client, ticket, press(now()))).toMatchObject({ __typename: 'SignedIn' });
  });

  it('no QR code is mailed for one', async () => {
    await setTwoFactor(desk, { totpDelivery: 'MAILED_LINK' });
    const { user } = await holder();
    const { client, ticket } = await begun(world, user.email, 'EnrollmentRequired');
    const started = await client.ask(op.START, { input: { ticket, method: 'TOTP' } });
    expect(started).toMatchObject({ __typename: 'Enrollment', totp: null, sent: null });
    expect(await messagesTo(world, user.email)).toEqual([]);
    await setTwoFactor(desk, { totpDelivery: 'ON_SCREEN' });
  });

  it('what does not exist is not found, and who may not change users may not hand any out', async () => {
    const { id, user } = await holder();
    const unknown = '01890000-0000-7000-8000-000000000000';
    expect(await desk.errorOf(op.ASSIGN_TOKEN, { tokenId: unknown, userId: user.id })).toBe('NOT_FOUND');
    expect(await desk.errorOf(op.ASSIGN_TOKEN, { tokenId: id, userId: unknown })).toBe('NOT_FOUND');
    expect(await desk.errorOf(op.RELEASE_TOKEN, { tokenId: unknown })).toBe('NOT_FOUND');
    const { email } = await createUser(desk);
    const client = world.client();
    client.token = (await login(client, email)).accessToken;
    expect(await client.errorOf(op.ASSIGN_TOKEN, { tokenId: id, userId: user.id })).toBe('FORBIDDEN');
    expect(await client.errorOf(op.RELEASE_TOKEN, { tokenId: id })).toBe('FORBIDDEN');
  });
});
