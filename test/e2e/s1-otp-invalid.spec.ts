import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { type App, createUser, enrollApp } from '../support/people.js';
import { begun, freshMail, serviceDesk, setTwoFactor, switchOn } from '../support/scenes.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('1.7 "Otp invalid!", on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP'] });
    await switchOn(desk);
  });
  afterAll(() => world.stop());

  const now = (): Date => world.clock.now();
  const verify = (client: Client, ticket: string, code: string) =>
    client.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code } });

  async function enrolled(): Promise<{ id: string; email: string; app: App }> {
    const { id, email } = await createUser(desk, { useTwoFactor: true });
    const { app } = await enrollApp(world, email);
    // At the beginning of a step, and far enough from the one that was spent by the set-up.
    world.clock.advance(630 - ((now().getTime() / 1000) % 30));
    return { id, email, app };
  }
  /** What a phone shows whose clock is off by so many steps. */
  const phone = (app: App, steps: number): string => app(new Date(now().getTime() + steps * 30_000));
  /** A code that is right at no step that is looked at. */
  function nowhere(app: App): string {
    const near = Array.from({ length: 23 }, (_, index) => phone(app, index - 11));
    return ['000000', '111111', '222222'].find((code) => !near.includes(code)) ?? '';
  }

  it('says so, word for word, and how many tries are left', async () => {
    const { email, app } = await enrolled();
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    expect(await verify(client, ticket, nowhere(app))).toEqual({
      __typename: 'Refused',
      code: 'OTP_INVALID',
      message: 'Otp invalid!',
      attemptsLeft: 4,
      retryAt: null,
    });
    for (const code of ['', ' ', '12345', '1234567', 'abcdef', '１２３４５６']) {
      const fresh = await begun(world, email, 'SecondFactorRequired');
      expect(await verify(fresh.client, fresh.ticket, code)).toMatchObject({
        code: 'OTP_INVALID',
        message: 'Otp invalid!',
      });
    }
  });

  it.each([
    [2, 'about 60 seconds ahead'],
    [10, 'about 300 seconds ahead'],
    [-2, 'about 60 seconds behind'],
    [-10, 'about 300 seconds behind'],
  ])('a phone whose clock is off by %i steps is told by how much, and it counts as a failure', async (steps, hint) => {
    const { email, app } = await enrolled();
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    const refused = await verify(client, ticket, phone(app, steps));
    expect(refused).toMatchObject({ __typename: 'Refused', code: 'OTP_INVALID', attemptsLeft: 4 });
    expect(refused.message).toMatch(/^Otp invalid! /);
    expect(refused.message).toContain(hint);
    expect(await verify(client, ticket, phone(app, 0))).toMatchObject({ __typename: 'SignedIn' });
  });

  it.each([11, -11])('farther away, %i steps, it is simply wrong', async (steps) => {
    const { email, app } = await enrolled();
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    expect(await verify(client, ticket, phone(app, steps))).toMatchObject({ message: 'Otp invalid!' });
  });

  it('is told only to whom has given the password, and not of a code that was used', async () => {
    const { email, app } = await enrolled();
    const first = await begun(world, email, 'SecondFactorRequired');
    const code = phone(app, 0);
    await verify(first.client, first.ticket, code);
    world.clock.advance(120);
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    expect(await verify(client, ticket, code)).toMatchObject({ message: 'Otp invalid!' });
    expect(await verify(client, 'A'.repeat(43), phone(app, 5))).toMatchObject({ code: 'TICKET_INVALID' });
  });

  it('the hint helps at the first set-up as well', async () => {
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    const { id: enrollmentId, totp } = await client.ask(op.START, { input: { ticket, method: 'TOTP' } });
    const code = phone(authenticator(totp.secret as string), 4);
    const refused = await client.ask(op.CONFIRM, { input: { ticket, enrollmentId, code } });
    expect(refused).toMatchObject({ code: 'OTP_INVALID', message: expect.stringContaining('120 seconds ahead') });
  });

  it('five times ends the ticket, ten times in a row locks the account, and it is told by mail', async () => {
    const { id, email, app } = await enrolled();
    for (const round of [1, 2]) {
      const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
      for (let left = 4; left >= 0; left -= 1) {
        expect(await verify(client, ticket, nowhere(app))).toMatchObject({ code: 'OTP_INVALID', attemptsLeft: left });
      }
      const after = await verify(client, ticket, phone(app, 0));
      expect([round, after.code]).toEqual([round, 'TOO_MANY_ATTEMPTS']);
    }
    expect((await freshMail(world, email, /Wrong codes/)).text).toContain('three times a wrong code');
    const lockedUntil = new Date(now().getTime() + 15 * 60_000).toISOString();
    expect(await desk.ask(op.USER, { id })).toMatchObject({ twoFactor: { lockedUntil } });

    // A new ticket, with the right password and the right code, is locked all the same.
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    expect(await verify(client, ticket, phone(app, 0))).toMatchObject({
      code: 'TOO_MANY_ATTEMPTS',
      retryAt: lockedUntil,
    });
    world.clock.advance(15 * 60);
    const later = await begun(world, email, 'SecondFactorRequired');
    expect(await verify(later.client, later.ticket, phone(app, 0))).toMatchObject({ __typename: 'SignedIn' });
    expect(await desk.ask(op.USER, { id })).toMatchObject({ twoFactor: { lockedUntil: null } });
  });
});
