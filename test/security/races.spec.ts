import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import {
  codeIn,
  confirmAddress,
  createUser,
  enrollSignedIn,
  login,
  mailsTo,
  mailTo,
  organization,
  type Organization,
  PASSWORD,
  settle,
  signedIn,
  tokenIn,
  wrongCode,
} from '../support/people.js';
import { atOnce, type Stage, STAGES, startStage, tally } from '../support/stage.js';
import { authenticator } from '../support/totp.js';

const MANY = 50;
const TICKET_TRIES = 5;
const LOCK_AT = 10;

/** Every factor, code, link and token serves once, however many ask at the same moment. */
describe.each(STAGES)('races of a sign-in, on %s with %p processes', (engine, processes) => {
  let stage: Stage;
  let house: Organization;
  beforeAll(async () => {
    stage = await startStage(engine, processes);
    house = await organization(stage.world);
  });
  afterAll(() => stage.stop());

  const now = (): Date => stage.world.clock.now();
  const query = <T>(sql: string): Promise<T[]> => stage.world.dataSource.query<T[]>(sql);
  const sessionsOf = async (userId: string, amr: string): Promise<number> =>
    (await query<{ amr: unknown }>(`SELECT amr FROM sessions WHERE userId = '${userId}'`)).filter((row) =>
      JSON.stringify(row.amr).includes(amr),
    ).length;
  const whysOf = async (userId: string, key = 'second-factor.refused'): Promise<string[]> =>
    (
      await query<{ facts: string | { name: string }[] }>(
        `SELECT facts FROM audit_events WHERE subjectId = '${userId}' AND eventKey = '${key}'`,
      )
    ).map(({ facts }) => {
      const text = typeof facts === 'string' ? facts : JSON.stringify(facts);
      return /"why","value":"([^"]+)"|"why":"([^"]+)"/.exec(text)?.slice(1).find(Boolean) ?? text;
    });
  const ticketsOf = async (email: string, count: number): Promise<string[]> => {
    const tickets: string[] = [];
    for (let index = 0; index < count; index += 1) tickets.push((await login(stage.client(), email)).ticket);
    return tickets;
  };
  const verify = (ticket: string, method: string, code: string) =>
    stage.client().send(op.VERIFY, { input: { ticket, method, code } });

  async function withApp() {
    const { admin } = house;
    const { id, email } = await createUser(admin);
    const client = await signedIn(stage.world, email);
    const enrolled = await enrollSignedIn(stage.world, client);
    stage.world.clock.advance(30);
    return { id: id as string, email: email as string, client, ...enrolled };
  }

  it('one right code of an app, 50 times over one ticket: one session', async () => {
    const { id, email, app } = await withApp();
    const [ticket] = await ticketsOf(email, 1);
    const results = await atOnce(MANY, () => verify(ticket!, 'TOTP', app(now())));
    expect(tally(results).SignedIn).toBe(1);
    expect(await sessionsOf(id, 'otp')).toBe(1);
  });

  it('one right code of an app, over 50 tickets: one session', async () => {
    const { id, email, app } = await withApp();
    const tickets = await ticketsOf(email, MANY);
    const results = await atOnce(MANY, (index) => verify(tickets[index]!, 'TOTP', app(now())));
    expect(tally(results).SignedIn).toBe(1);
    expect(await sessionsOf(id, 'otp')).toBe(1);
  });

  it('one right code, half at the sign-in and half to reauthenticate: one of them', async () => {
    const { email, client, app } = await withApp();
    const tickets = await ticketsOf(email, 5);
    const code = app(now());
    const results = await atOnce(10, (index) =>
      index % 2 === 0
        ? verify(tickets[index / 2]!, 'TOTP', code)
        : client.send(op.REAUTHENTICATE, { input: { password: PASSWORD, method: 'TOTP', code } }),
    );
    const { SignedIn = 0, Reauthenticated = 0 } = tally(results);
    expect(SignedIn + Reauthenticated).toBe(1);
  });

  it('one right mailed code, 50 times: one session', async () => {
    const { id, email } = await createUser(house.admin, { useTwoFactor: true });
    await confirmAddress(stage.world, house.admin, { id, email });
    const [ticket] = await ticketsOf(email, 1);
    await stage.client().ask(op.SEND_CODE, { input: { ticket, method: 'EMAIL' } });
    const code = codeIn((await mailTo(stage.world, email, /Your code/)).text);
    const results = await atOnce(MANY, () => verify(ticket!, 'EMAIL', code));
    expect(tally(results).SignedIn).toBe(1);
    expect(await sessionsOf(id, 'email')).toBe(1);
  });

  it('one recovery code, over 50 tickets: one session, and nine codes left', async () => {
    const { id, email, recoveryCodes } = await withApp();
    const tickets = await ticketsOf(email, MANY);
    const results = await atOnce(MANY, (index) => verify(tickets[index]!, 'RECOVERY_CODE', recoveryCodes[0]!));
    expect(tally(results).SignedIn).toBe(1);
    expect(await sessionsOf(id, 'recovery')).toBe(1);
    expect((await house.admin.ask(op.USER, { id })).twoFactor.recoveryCodesLeft).toBe(9);
  });

  it('200 wrong codes over 50 tickets: no more are looked at than lock the account', async () => {
    const { id, email, app } = await withApp();
    const tickets = await ticketsOf(email, MANY);
    const code = wrongCode(app, now());
    const results = await atOnce(4 * MANY, (index) => verify(tickets[index % MANY]!, 'TOTP', code));
    const { OTP_INVALID: looked = 0, TOO_MANY_ATTEMPTS: refused = 0 } = tally(results);
    expect([looked, refused]).toEqual([LOCK_AT, 4 * MANY - LOCK_AT]);
    const whys = await whysOf(id);
    expect(whys.filter((why) => why === 'wrong')).toHaveLength(LOCK_AT);
    expect(whys.filter((why) => why === 'TOO_MANY_ATTEMPTS')).toHaveLength(4 * MANY - LOCK_AT);
    const [row] = await query<{ factorTries: number }>(`SELECT factorTries FROM users WHERE id = '${id}'`);
    expect(row?.factorTries).toBe(LOCK_AT);
    expect(await whysOf(id, 'account.locked')).toHaveLength(1);
    expect(await mailsTo(stage.world, email, 1, /Wrong codes/)).toHaveLength(1);
  });

  it('50 wrong codes over one ticket: five are looked at', async () => {
    const { id, email, app } = await withApp();
    const [ticket] = await ticketsOf(email, 1);
    const code = wrongCode(app, now());
    const results = await atOnce(MANY, () => verify(ticket!, 'TOTP', code));
    expect(tally(results)).toEqual({ OTP_INVALID: TICKET_TRIES, TOO_MANY_ATTEMPTS: MANY - TICKET_TRIES });
    expect((await whysOf(id)).filter((why) => why === 'wrong')).toHaveLength(TICKET_TRIES);
  });

  it('50 wrong passwords: no more are looked at than the limit', async () => {
    const { email } = await createUser(house.admin);
    const results = await atOnce(MANY, () =>
      stage.client().send(op.LOGIN, { input: { email, password: 'something else entirely' } }),
    );
    expect(tally(results)).toEqual({ INVALID_CREDENTIALS: 10, TOO_MANY_ATTEMPTS: MANY - 10 });
  });

  it('one refresh value, 50 times: one at most, and the session is over', async () => {
    const { email } = await createUser(house.admin);
    const { refreshToken } = await login(stage.client(), email);
    const results = await atOnce<{ __typename: string; refreshToken?: string; accessToken?: string }>(MANY, () =>
      stage.client().send(op.REFRESH, { token: refreshToken }),
    );
    const renewed = results.filter(({ __typename }) => __typename === 'Tokens');
    expect(renewed.length).toBeLessThanOrEqual(1);
    for (const tokens of renewed) {
      const client = Object.assign(stage.client(), { token: tokens.accessToken });
      expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
      expect((await client.ask(op.REFRESH, { token: tokens.refreshToken })).__typename).toBe('Refused');
    }
  });

  it('one value of a trusted browser, 50 times: one at most, and the series is over', async () => {
    const other = await organization(stage.world);
    await settle(other.admin, { rememberBrowserDays: 30 });
    const { email } = await createUser(other.admin);
    const { app } = await enrollSignedIn(stage.world, await signedIn(stage.world, email));
    stage.world.clock.advance(30);
    const [ticket] = await ticketsOf(email, 1);
    const input = { ticket, method: 'TOTP', code: app(now()), rememberBrowser: true };
    const { trustedBrowserToken } = await stage.client().ask(op.VERIFY, { input });
    const results = await atOnce<{ __typename: string; trustedBrowserToken?: string }>(MANY, () =>
      stage.client().send(op.LOGIN, { input: { email, password: PASSWORD, trustedBrowserToken } }),
    );
    const trusted = results.filter(({ __typename }) => __typename === 'SignedIn');
    expect(trusted.length).toBeLessThanOrEqual(1);
    const next = { trustedBrowserToken: trusted[0]?.trustedBrowserToken ?? trustedBrowserToken };
    expect((await login(stage.client(), email, PASSWORD, next)).__typename).toBe('SecondFactorRequired');
  });

  it('50 sends at once, for one ticket or for 50: one message', async () => {
    const { id, email } = await createUser(house.admin, { useTwoFactor: true });
    await confirmAddress(stage.world, house.admin, { id, email });
    const tickets = await ticketsOf(email, MANY);
    for (const ticketAt of [() => tickets[0]!, (index: number) => tickets[index]!]) {
      const results = await atOnce(MANY, (index) =>
        stage.client().send(op.SEND_CODE, { input: { ticket: ticketAt(index), method: 'EMAIL' } }),
      );
      expect(tally(results)).toEqual({ CodeSent: 1, RESEND_TOO_SOON: MANY - 1 });
      stage.world.clock.advance(31);
    }
    const rows = await query(`SELECT id FROM messages WHERE userId = '${id}' AND template = 'code'`);
    expect(rows).toHaveLength(2);
  });

  describe('of a set-up', () => {
    let strict: Organization;
    beforeAll(async () => {
      strict = await organization(stage.world, 'everyone');
    });
    const start = (ticket: string) => stage.client().ask(op.START, { input: { ticket, method: 'TOTP' } });
    const confirm = (ticket: string, enrollmentId: string, code: string) =>
      stage.client().send(op.CONFIRM, { input: { ticket, enrollmentId, code } });

    it('50 confirmations of one: one session, one factor, one set of recovery codes', async () => {
      const { id, email } = await createUser(strict.admin);
      const [ticket] = await ticketsOf(email, 1);
      const started = await start(ticket!);
      const code = authenticator(started.totp.secret)(now());
      const results = await atOnce(MANY, () => confirm(ticket!, started.id, code));
      expect(tally(results).SignedIn).toBe(1);
      expect(await query(`SELECT id FROM factors WHERE userId = '${id}'`)).toHaveLength(1);
      expect(await query(`SELECT id FROM recovery_codes WHERE userId = '${id}'`)).toHaveLength(10);
      expect(await sessionsOf(id, 'otp')).toBe(1);
    });

    it('of several by the same person, each with its own secret: one becomes the factor', async () => {
      const { id, email } = await createUser(strict.admin);
      const tickets = await ticketsOf(email, 8);
      const started: { id: string; totp: { secret: string } }[] = [];
      for (const ticket of tickets) started.push(await start(ticket));
      const results = await atOnce(8, (index) => {
        const { id: enrollmentId, totp } = started[index]!;
        return confirm(tickets[index]!, enrollmentId, authenticator(totp.secret)(now()));
      });
      expect(tally(results).SignedIn).toBe(1);
      expect(await query(`SELECT id FROM factors WHERE userId = '${id}'`)).toHaveLength(1);
      expect(await query(`SELECT id FROM recovery_codes WHERE userId = '${id}'`)).toHaveLength(10);
    });

    it('50 openings of one mailed link: one shows the QR code', async () => {
      const mailed = await organization(stage.world, 'everyone');
      await settle(mailed.admin, { totpDelivery: 'MAILED_LINK' });
      const { email } = await createUser(mailed.admin);
      const tickets = await ticketsOf(email, MANY);
      await start(tickets[0]!);
      const token = tokenIn((await mailTo(stage.world, email, /Set up/)).text);
      const results = await atOnce(MANY, (index) =>
        stage.client().send(op.OPEN_LINK, { input: { token, ticket: tickets[index] } }),
      );
      expect(tally(results)).toEqual({ Enrollment: 1, LINK_INVALID: MANY - 1 });
    });

    it('50 times declined: one session', async () => {
      const { id, email } = await createUser(house.admin, { useTwoFactor: true });
      const [ticket] = await ticketsOf(email, 1);
      const results = await atOnce(MANY, () => stage.client().send(op.DECLINE, { ticket }));
      expect(tally(results).SignedIn).toBe(1);
      expect(await sessionsOf(id, 'pwd')).toBe(1);
    });
  });
});
