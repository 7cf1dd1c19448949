import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  again,
  type App,
  auditOf,
  confirmAddress,
  createUser,
  enrollSignedIn,
  login,
  mailTo,
  organization,
  outcomeOf,
  PASSWORD,
  reauthenticate,
  signedIn,
  wrongCode,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const MINUTE = 60;

describe.each(ENGINES)('tries, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine, { env: { TRUST_PROXY: '1' } });
  });
  afterAll(() => world.stop());

  async function person() {
    const house = await organization(world);
    const { id, email } = await createUser(house.admin);
    const { app, recoveryCodes } = await enrollSignedIn(world, await signedIn(world, email));
    world.clock.advance(30);
    return { house, id: id as string, email: email as string, app, recoveryCodes };
  }
  const verify = (ticket: string, code: string, method = 'TOTP', client = world.client()) =>
    client.ask(op.VERIFY, { input: { ticket, method, code } });
  const ticketOf = async (email: string): Promise<string> => (await login(world.client(), email)).ticket;

  /** That many wrong codes, five for each ticket. */
  async function fail(email: string, app: App, times: number) {
    let ticket = '';
    let last;
    for (let count = 0; count < times; count += 1) {
      if (count % 5 === 0) ticket = await ticketOf(email);
      last = await verify(ticket, wrongCode(app, world.clock.now()));
    }
    return last;
  }
  const right = async (email: string, app: App) => verify(await ticketOf(email), app(world.clock.now()));

  it('five for a ticket, and a new sign-in after that', async () => {
    const { email, app } = await person();
    const ticket = await ticketOf(email);
    for (const attemptsLeft of [4, 3, 2, 1, 0]) {
      const refused = await verify(ticket, wrongCode(app, world.clock.now()));
      expect(refused).toMatchObject({ code: 'OTP_INVALID', attemptsLeft });
    }
    expect(await verify(ticket, app(world.clock.now()))).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', attemptsLeft: 0 });
    expect(outcomeOf(await right(email, app))).toBe('SignedIn');
  });

  it('ten in a row lock the account for 15 minutes, over all tickets and doors', async () => {
    const { house, id, email, app } = await person();
    const open = await signedIn(world, (await createUser(house.admin)).email);
    expect((await open.ask(op.ME)).twoFactor.lockedUntil).toBeNull();
    const until = new Date(world.clock.now().getTime() + 15 * MINUTE * 1000).toISOString();
    expect(await fail(email, app, 10)).toMatchObject({ code: 'OTP_INVALID', retryAt: until });
    expect(await right(email, app)).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', retryAt: until });
    expect((await house.admin.ask(op.USER, { id })).twoFactor.lockedUntil).toBe(until);
    expect(await auditOf(house.admin, { key: 'account.locked', subjectId: id })).toHaveLength(1);
    world.clock.advance(15 * MINUTE);
    expect(outcomeOf(await right(email, app))).toBe('SignedIn');
  });

  it('the lock doubles with each ten, and a success begins anew', async () => {
    const { email, app } = await person();
    for (const minutes of [15, 30, 60, 120]) {
      const last = await fail(email, app, 10);
      expect(Date.parse(last.retryAt) - world.clock.now().getTime()).toBe(minutes * MINUTE * 1000);
      world.clock.advance(minutes * MINUTE - 1);
      expect(outcomeOf(await right(email, app))).toBe('TOO_MANY_ATTEMPTS');
      world.clock.advance(1);
    }
    expect(outcomeOf(await right(email, app))).toBe('SignedIn');
    world.clock.advance(30);
    const last = await fail(email, app, 10);
    expect(Date.parse(last.retryAt) - world.clock.now().getTime()).toBe(15 * MINUTE * 1000);
  });

  it('what is refused while locked counts for nothing, and prolongs nothing', async () => {
    const { email, app } = await person();
    const { retryAt } = await fail(email, app, 10);
    const during = await fail(email, app, 10);
    expect(during).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', retryAt });
    world.clock.advance(15 * MINUTE);
    expect(outcomeOf(await right(email, app))).toBe('SignedIn');
  });

  it('methods and doors share one count: app, mail, recovery code and reauthentication', async () => {
    const { house, email, app, recoveryCodes, id } = await person();
    await confirmAddress(world, house.admin, { id, email });
    const client = world.client();
    client.token = (await right(email, app)).accessToken;
    world.clock.advance(30);
    const ticket = await ticketOf(email);
    const code = wrongCode(app, world.clock.now());
    for (const method of ['TOTP', 'EMAIL', 'RECOVERY_CODE', 'TOTP', 'EMAIL']) await verify(ticket, code, method);
    for (let count = 0; count < 4; count += 1) {
      const input = { password: PASSWORD, method: 'TOTP', code };
      expect(outcomeOf(await client.ask(op.REAUTHENTICATE, { input }))).toBe('OTP_INVALID');
    }
    const last = await client.ask(op.REAUTHENTICATE, { input: { password: PASSWORD, method: 'TOTP', code } });
    expect(last.retryAt).not.toBeNull();
    const closed = [
      await right(email, app),
      await verify(await ticketOf(email), recoveryCodes[0]!, 'RECOVERY_CODE'),
      await client.ask(op.REAUTHENTICATE, {
        input: { password: PASSWORD, method: 'TOTP', code: app(world.clock.now()) },
      }),
    ];
    expect(closed.map(outcomeOf)).toEqual(Array(3).fill('TOO_MANY_ATTEMPTS'));
  });

  it('neither a resend nor a new ticket gives any back', async () => {
    const house = await organization(world, 'everyone');
    const user = await createUser(house.admin);
    await confirmAddress(world, house.admin, user);
    let ticket = await ticketOf(user.email);
    const send = () => world.client().ask(op.SEND_CODE, { input: { ticket, method: 'EMAIL' } });
    await send();
    for (let count = 0; count < 4; count += 1) await verify(ticket, '0000000'.slice(1), 'EMAIL');
    world.clock.advance(31);
    expect(outcomeOf(await send())).toBe('CodeSent');
    const { attemptsLeft } = await verify(ticket, '000000', 'EMAIL');
    expect(attemptsLeft).toBe(0);
    ticket = await ticketOf(user.email);
    world.clock.advance(31);
    expect(outcomeOf(await send())).toBe('CodeSent');
    for (let count = 0; count < 4; count += 1) await verify(ticket, '000000', 'EMAIL');
    const tenth = await verify(ticket, '000000', 'EMAIL');
    expect(tenth.retryAt).not.toBeNull();
  });

  it('an administrator ends a lock, and it stands in the audit', async () => {
    const { house, id, email, app } = await person();
    await fail(email, app, 10);
    expect((await house.admin.ask(op.UNLOCK_USER, { id })).twoFactor.lockedUntil).toBeNull();
    expect(outcomeOf(await right(email, app))).toBe('SignedIn');
    const [event] = await auditOf(house.admin, { key: 'account.unlocked', subjectId: id });
    expect(event?.facts.failures).toBe('10');
  });

  it('a hundred in a row disable the factor, and the password alone enrolls no other', async () => {
    const { house, id, email, app, recoveryCodes } = await person();
    await house.admin.ask(op.UPDATE_USER, { id, input: { useTwoFactor: true } });
    let late = '';
    for (let lock = 0; lock < 10; lock += 1) {
      const last = await fail(email, app, 10);
      expect(last.code).toBe('OTP_INVALID');
      if (lock < 9) world.clock.advance(24 * 3600);
      if (lock === 8) late = await ticketOf(email);
    }
    const refused = await login(world.client(), email);
    expect(refused).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    expect(refused.message).toMatch(/administrator/i);
    // Neither does a ticket that was given out before the hundredth, nor time.
    const outcomes = [
      await verify(late, app(world.clock.now())),
      await verify(late, recoveryCodes[0]!, 'RECOVERY_CODE'),
      await world.client().ask(op.START, { input: { ticket: late, method: 'TOTP' } }),
      await world.client().ask(op.DECLINE, { ticket: late }),
    ];
    expect(outcomes.map(outcomeOf)).toEqual(Array(4).fill('TOO_MANY_ATTEMPTS'));
    world.clock.advance(48 * 3600);
    expect(outcomeOf(await login(world.client(), email))).toBe('TOO_MANY_ATTEMPTS');
    await mailTo(world, email, /was switched off/);
    const admin = await again(world, house);
    expect(await auditOf(admin, { key: 'factor.disabled', subjectId: id })).toHaveLength(1);

    await admin.ask(op.UNLOCK_USER, { id });
    expect((await login(world.client(), email)).__typename).toBe('EnrollmentRequired');
  });

  it('also somebody with another method is refused at a hundred', async () => {
    const { house, id, email, app } = await person();
    await confirmAddress(world, house.admin, { id, email });
    const last = await fail(email, app, 9);
    expect(last.code).toBe('OTP_INVALID');
    await world.dataSource.query(`UPDATE users SET factorTries = 99 WHERE id = '${id}'`);
    await fail(email, app, 1);
    world.clock.advance(48 * 3600);
    expect(outcomeOf(await login(world.client(), email))).toBe('TOO_MANY_ATTEMPTS');
    await (await again(world, house)).ask(op.RESET_USER, { id });
    const after = await login(world.client(), email);
    // Nothing of their own is left, and nobody requires any.
    expect(after.__typename).toBe('SignedIn');
  });

  it('wrong passwords are counted apart, and a stranger never locks the owner out', async () => {
    const { email, app } = await person();
    const from = (ip: string): Client => world.client({ 'x-forwarded-for': ip });
    for (let count = 0; count < 10; count += 1) {
      expect(outcomeOf(await login(from('203.0.113.7'), email, 'wrong guess'))).toBe('INVALID_CREDENTIALS');
    }
    expect(outcomeOf(await login(from('203.0.113.7'), email))).toBe('TOO_MANY_ATTEMPTS');
    const owner = from('198.51.100.9');
    const { ticket } = await login(owner, email);
    expect(outcomeOf(await verify(ticket, app(world.clock.now()), 'TOTP', owner))).toBe('SignedIn');
    world.clock.advance(15 * MINUTE);
    expect((await login(from('203.0.113.7'), email)).__typename).toBe('SecondFactorRequired');
  });

  it('an unknown, a deactivated and a locked account answer as a wrong password does', async () => {
    const { house, id, email, app } = await person();
    await fail(email, app, 10);
    const answers = [
      await login(world.client(), email, 'wrong guess'),
      await login(world.client(), `nobody-${email}`, 'wrong guess'),
    ];
    await house.admin.ask(op.UPDATE_USER, { id, input: { active: false } });
    answers.push(await login(world.client(), email, 'wrong guess'), await login(world.client(), email));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ code: 'INVALID_CREDENTIALS', retryAt: null, attemptsLeft: null });
  });

  it('wrong codes while setting up are counted too', async () => {
    const house = await organization(world);
    const { email } = await createUser(house.admin);
    const client = await signedIn(world, email);
    const started = await client.ask(op.START, { input: { method: 'TOTP' } });
    const confirm = () => client.ask(op.CONFIRM, { input: { enrollmentId: started.id, code: '000000' } });
    for (let count = 0; count < 5; count += 1) expect(outcomeOf(await confirm())).toBe('OTP_INVALID');
    expect(outcomeOf(await confirm())).toBe('TOO_MANY_ATTEMPTS');
    await reauthenticate(client);
    const { app } = await enrollSignedIn(world, client);
    expect(app).toBeDefined();
  });
});
