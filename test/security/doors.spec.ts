import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressProblem } from '../../src/notification/gateway-guard.js';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  administrator,
  codeIn,
  createRole,
  createUser,
  enrollApp,
  enrollSignedIn,
  login,
  mailTo,
  newAddress,
  type Organization,
  organization,
  outcomeOf,
  PASSWORD,
  reauthenticate,
  settle,
  signedIn,
  signInWithApp,
  tokenIn,
  updateUser,
  wrongCode,
} from '../support/people.js';
import { confirmedUser, freshMail, newPhone, serviceDesk, withToken } from '../support/scenes.js';
import { type SmsSink, startSmsSink } from '../support/sms-sink.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

/** "Where others fell", in security.md: each line has its test here, named after it. */
describe.each(ENGINES)('where others fell, on %s', (engine) => {
  let world: World;
  let house: Organization;
  let desk: Client;
  let gateway: SmsSink;

  beforeAll(async () => {
    gateway = await startSmsSink();
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    house = await organization(world, 'on');
    await desk.ask(op.ENABLE, { everyone: false });
    await settle(desk, { methods: ['TOTP', 'EMAIL'], rememberBrowserDays: 30 });
  }, 60_000);
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  const asked = () => createUser(desk, { useTwoFactor: true, canToggleTwoFactor: true });
  const begin = async (email: string) => (await login(world.client(), email)).ticket as string;
  const verify = (ticket: string, code: string, method = 'TOTP', more = {}) =>
    world.client().ask(op.VERIFY, { input: { ticket, method, code, ...more } });
  const triesOf = async (email: string): Promise<number> =>
    Number((await world.dataSource.query('SELECT factorTries FROM users WHERE email = ?', [email]))[0].factorTries);

  describe('counters kept on the ticket, refilled by a new login or a resend', () => {
    it('five for a ticket, and ten in a row for the account whatever the ticket, method or door', async () => {
      const { email } = await asked();
      const { app } = await enrollApp(world, email);
      world.clock.advance(60);
      const outcomes: string[] = [];
      for (let round = 0; round < 3; round += 1) {
        const ticket = await begin(email);
        for (let guess = 0; guess < 6; guess += 1) {
          outcomes.push(outcomeOf(await verify(ticket, wrongCode(app, world.clock.now()))));
        }
      }
      expect(outcomes.filter((outcome) => outcome === 'OTP_INVALID')).toHaveLength(10);
      expect(outcomes.slice(12)).not.toContain('OTP_INVALID');
      expect(outcomeOf(await verify(await begin(email), app(world.clock.now())))).toBe('TOO_MANY_ATTEMPTS');
    });

    it('a resend refills nothing', async () => {
      const { email } = await confirmedUser(world, desk, { useTwoFactor: true });
      world.clock.advance(60);
      const ticket = await begin(email);
      await world.client().ask(op.SEND_CODE, { input: { ticket, method: 'EMAIL' } });
      for (let guess = 0; guess < 4; guess += 1) await verify(ticket, 'abcdef', 'EMAIL');
      world.clock.advance(31);
      const resent = await world.client().ask(op.SEND_CODE, { input: { ticket, method: 'EMAIL' } });
      expect(resent.__typename).toBe('CodeSent');
      expect(await triesOf(email)).toBe(4);
      expect(await verify(ticket, 'abcdef', 'EMAIL')).toMatchObject({ code: 'OTP_INVALID', attemptsLeft: 0 });
      const code = codeIn((await freshMail(world, email, /code/i)).text);
      expect(outcomeOf(await verify(ticket, code, 'EMAIL'))).toBe('TOO_MANY_ATTEMPTS');
    });
  });

  describe('null or empty codes, accepted after expiry or success', () => {
    it.each(['', ' ', '0', '000000', 'null', 'undefined', '０００００0', '\u0000'])(
      '%j opens nothing',
      async (code) => {
        const { email } = await confirmedUser(world, desk, { useTwoFactor: true });
        world.clock.advance(60);
        const ticket = await begin(email);
        expect(outcomeOf(await verify(ticket, code, 'EMAIL'))).toBe('OTP_INVALID');
        await world.client().ask(op.SEND_CODE, { input: { ticket, method: 'EMAIL' } });
        world.clock.advance(91);
        expect(outcomeOf(await verify(ticket, code, 'EMAIL'))).toBe('OTP_INVALID');
        expect(outcomeOf(await verify(ticket, code, 'TOTP'))).toMatch(/METHOD_NOT_ALLOWED|OTP_INVALID/);
      },
    );

    it('null is no code', async () => {
      const input = { ticket: 'x', method: 'TOTP', code: null };
      expect(await world.client().errorOf(op.VERIFY, { input })).toBe('BAD_USER_INPUT');
    });

    it('a code that was used is no code any more, in another ticket either', async () => {
      const { email } = await confirmedUser(world, desk, { useTwoFactor: true });
      world.clock.advance(60);
      const ticket = await begin(email);
      await world.client().ask(op.SEND_CODE, { input: { ticket, method: 'EMAIL' } });
      const code = codeIn((await freshMail(world, email, /code/i)).text);
      expect(outcomeOf(await verify(ticket, code, 'EMAIL'))).toBe('SignedIn');
      expect(outcomeOf(await verify(ticket, code, 'EMAIL'))).toBe('TICKET_INVALID');
      expect(outcomeOf(await verify(await begin(email), code, 'EMAIL'))).toBe('OTP_INVALID');
    });
  });

  describe('enrolling with a half-finished sign-in while a factor exists', () => {
    it('is refused for every method, also for an enrollment that was begun before there was one', async () => {
      const { email } = await asked();
      const early = await begin(email);
      const started = await world.client().ask(op.START, { input: { ticket: early, method: 'TOTP' } });
      await enrollApp(world, email);
      const ticket = await begin(email);
      for (const method of ['TOTP', 'EMAIL', 'SMS']) {
        const input = { ticket, method, phone: newPhone() };
        expect(outcomeOf(await world.client().ask(op.START, { input }))).toBe('ALREADY_ENROLLED');
      }
      const { authenticator } = await import('../support/totp.js');
      const code = authenticator(started.totp.secret as string)(world.clock.now());
      const confirmed = await world
        .client()
        .ask(op.CONFIRM, { input: { ticket: early, enrollmentId: started.id, code } });
      expect(outcomeOf(confirmed)).toMatch(/ALREADY_ENROLLED|TICKET_INVALID|ENROLLMENT_INVALID/);
    });
  });

  describe('the half-authenticated state, usable as a session', () => {
    it('a ticket opens no operation of a signed-in person, as header or as cookie', async () => {
      const { email } = await asked();
      const ticket = await begin(email);
      const ways: Record<string, string>[] = [
        { authorization: `Bearer ${ticket}` },
        { cookie: `countersign-access=${ticket}` },
      ];
      for (const headers of ways) {
        expect(await world.client(headers).errorOf(op.ME)).toBe('UNAUTHENTICATED');
        expect(await world.client(headers).errorOf(op.MY_SESSIONS)).toBe('UNAUTHENTICATED');
      }
      expect(outcomeOf(await world.client().ask(op.REFRESH, { token: ticket }))).toBe('INVALID_CREDENTIALS');
      const [{ sessions }] = await world.dataSource.query(
        'SELECT COUNT(*) AS sessions FROM sessions s JOIN users u ON u.id = s.userId WHERE u.email = ?',
        [email],
      );
      expect(Number(sessions)).toBe(0);
    });

    it('a refresh value is no access token, and an access token no refresh value', async () => {
      const { email } = await createUser(desk);
      const opened = await login(world.client(), email);
      expect(await withToken(world, opened.refreshToken).errorOf(op.ME)).toBe('UNAUTHENTICATED');
      const refreshed = await world.client().ask(op.REFRESH, { token: opened.accessToken });
      expect(outcomeOf(refreshed)).toBe('INVALID_CREDENTIALS');
    });
  });

  describe('a code or ticket that is not bound to its user', () => {
    it('one’s own right code does nothing for somebody else’s ticket', async () => {
      const [mine, theirs] = [await asked(), await asked()];
      const { app } = await enrollApp(world, mine.email);
      await enrollApp(world, theirs.email);
      world.clock.advance(60);
      const ticket = await begin(theirs.email);
      expect(outcomeOf(await verify(ticket, app(world.clock.now())))).toBe('OTP_INVALID');
      // And it is not spent by the attempt.
      expect(outcomeOf(await verify(await begin(mine.email), app(world.clock.now())))).toBe('SignedIn');
    });

    it('a mailed code is good for the ticket it was sent for, and for no other, of the same person either', async () => {
      const [mine, theirs] = [
        await confirmedUser(world, desk, { useTwoFactor: true }),
        await confirmedUser(world, desk, { useTwoFactor: true }),
      ];
      world.clock.advance(60);
      const ticket = await begin(mine.email);
      await world.client().ask(op.SEND_CODE, { input: { ticket, method: 'EMAIL' } });
      const code = codeIn((await freshMail(world, mine.email, /code/i)).text);
      expect(outcomeOf(await verify(await begin(theirs.email), code, 'EMAIL'))).toBe('OTP_INVALID');
      expect(outcomeOf(await verify(await begin(mine.email), code, 'EMAIL'))).toBe('OTP_INVALID');
      expect(outcomeOf(await verify(ticket, code, 'EMAIL'))).toBe('SignedIn');
    });

    it('an enrollment is confirmed by the ticket that began it alone', async () => {
      const [mine, theirs] = [await asked(), await asked()];
      const [ticket, other] = [await begin(mine.email), await begin(theirs.email)];
      const started = await world.client().ask(op.START, { input: { ticket, method: 'TOTP' } });
      const { authenticator } = await import('../support/totp.js');
      const code = authenticator(started.totp.secret as string)(world.clock.now());
      const input = { enrollmentId: started.id, code };
      const confirm = (by: string) => world.client().ask(op.CONFIRM, { input: { ...input, ticket: by } });
      expect(outcomeOf(await confirm(other))).toBe('ENROLLMENT_INVALID');
      expect(outcomeOf(await confirm(await begin(mine.email)))).toBe('ENROLLMENT_INVALID');
      expect(outcomeOf(await confirm(ticket))).toBe('SignedIn');
    });

    it('a recovery code of somebody else is none', async () => {
      const [mine, theirs] = [await asked(), await asked()];
      const { recoveryCodes } = await enrollApp(world, mine.email);
      await enrollApp(world, theirs.email);
      const [code = ''] = recoveryCodes;
      expect(outcomeOf(await verify(await begin(theirs.email), code, 'RECOVERY_CODE'))).toBe('OTP_INVALID');
    });
  });

  describe('another door without the factor or the counter', () => {
    it('reauthentication asks for the factor, and shares the count', async () => {
      const { email } = await asked();
      const { client, app } = await enrollApp(world, email);
      const input = { password: PASSWORD };
      expect(outcomeOf(await client.ask(op.REAUTHENTICATE, { input }))).toBe('OTP_INVALID');
      world.clock.advance(60);
      const code = wrongCode(app, world.clock.now());
      for (let guess = 0; guess < 6; guess += 1) {
        await client.ask(op.REAUTHENTICATE, { input: { ...input, method: 'TOTP', code } });
      }
      const ticket = await begin(email);
      for (let guess = 0; guess < 4; guess += 1) await verify(ticket, code);
      expect(await triesOf(email)).toBe(10);
      const right = { ...input, method: 'TOTP', code: app(world.clock.now()) };
      expect(outcomeOf(await client.ask(op.REAUTHENTICATE, { input: right }))).toBe('TOO_MANY_ATTEMPTS');
    });

    it('a code that signed in is spent for reauthentication too, and the other way round', async () => {
      const { email } = await asked();
      const { app } = await enrollApp(world, email);
      world.clock.advance(60);
      const client = await signInWithApp(world, email, app);
      const code = app(world.clock.now());
      const again = await client.ask(op.REAUTHENTICATE, { input: { password: PASSWORD, method: 'TOTP', code } });
      expect(outcomeOf(again)).toBe('OTP_INVALID');
      world.clock.advance(30);
      const next = app(world.clock.now());
      await reauthenticate(client, PASSWORD, { method: 'TOTP', code: next });
      expect(outcomeOf(await verify(await begin(email), next))).toBe('OTP_INVALID');
    });

    it('a wrong code at a mailed reset counts like any', async () => {
      await settle(desk, { totpResetByMail: true });
      const { email } = await confirmedUser(world, desk);
      await enrollSignedIn(world, await signedIn(world, email));
      world.clock.advance(60);
      const ticket = await begin(email);
      expect((await world.client().ask(op.REQUEST_RESET, { ticket })).__typename).toBe('CodeSent');
      const token = tokenIn((await freshMail(world, email, /new QR code/i)).text);
      const opened = await world.client().ask(op.OPEN_LINK, { input: { token, ticket } });
      const { authenticator } = await import('../support/totp.js');
      const code = wrongCode(authenticator(opened.totp.secret as string), world.clock.now());
      const input = { ticket, enrollmentId: opened.id, code };
      for (const attemptsLeft of [4, 3, 2, 1, 0]) {
        expect(await world.client().ask(op.CONFIRM, { input })).toMatchObject({ code: 'OTP_INVALID', attemptsLeft });
      }
      expect(await triesOf(email)).toBe(5);
      // The ticket has none left for the app that stands, either.
      expect(outcomeOf(await verify(ticket, '000000'))).toBe('TOO_MANY_ATTEMPTS');
    });

    it('a refresh is judged by policy as it stands: no factor, no new tokens', async () => {
      const { email, id } = await createUser(desk);
      const opened = await login(world.client(), email);
      await updateUser(desk, id, { useTwoFactor: true });
      expect(outcomeOf(await world.client().ask(op.REFRESH, { token: opened.refreshToken }))).toBe(
        'INVALID_CREDENTIALS',
      );
      expect(await withToken(world, opened.accessToken).errorOf(op.ME)).toBe('UNAUTHENTICATED');
    });

    it('an application is mobile by its secret, never by its word', async () => {
      const app = await desk.ask(op.CREATE_APPLICATION, { name: newAddress('app'), kind: 'MOBILE' });
      const { email } = await asked();
      for (const secret of ['', 'wrong', app.application.id as string]) {
        const application = { id: app.application.id, secret };
        expect(outcomeOf(await login(world.client(), email, PASSWORD, { application }))).toBe('INVALID_CREDENTIALS');
      }
    });

    it('a service user has no sign-in by password, also where there is one in its row', async () => {
      const given = { kind: 'SERVICE', password: PASSWORD, displayName: 'Robot', email: newAddress('robot') };
      expect(outcomeOf(await desk.ask(op.CREATE_USER, { input: given }))).toBe('INVALID_VALUE');
      const [robot, person] = [
        await createUser(desk, { kind: 'SERVICE', password: undefined }),
        await createUser(desk),
      ];
      const [{ passwordHash }] = await world.dataSource.query('SELECT passwordHash FROM users WHERE id = ?', [
        person.id,
      ]);
      await world.dataSource.query('UPDATE users SET passwordHash = ? WHERE id = ?', [passwordHash, robot.id]);
      expect(outcomeOf(await login(world.client(), person.email))).toBe('SignedIn');
      expect(outcomeOf(await login(world.client(), robot.email))).toBe('INVALID_CREDENTIALS');
    });
  });

  describe('secrets through a side path', () => {
    it.each(['passwordHash', 'secretSealed', 'factorTries', 'tokenHash'])(
      'no filter, sort or field %s',
      async (name) => {
        expect(await desk.errorOf(op.USERS, { filter: { [name]: 'a' } })).toBe('BAD_USER_INPUT');
        expect(await desk.errorOf(`{ users { nodes { ${name} } } }`)).toBe('GRAPHQL_VALIDATION_FAILED');
        expect(await desk.errorOf(`{ users(orderBy: ${name}) { nodes { id } } }`)).toBe('GRAPHQL_VALIDATION_FAILED');
      },
    );

    it('a search finds by name and address alone, and its wildcards are letters', async () => {
      const { email } = await createUser(desk);
      const [{ passwordHash }] = await world.dataSource.query('SELECT passwordHash FROM users WHERE email = ?', [
        email,
      ]);
      for (const search of [String(passwordHash).slice(0, 20), '$fast', '%', '_____', '!%']) {
        expect(await desk.ask(op.USERS, { filter: { search } })).toMatchObject({ totalCount: 0 });
      }
      expect(await desk.ask(op.USERS, { filter: { search: email.toUpperCase() } })).toMatchObject({ totalCount: 1 });
    });

    it('settings give no secret back', async () => {
      const parameters = [{ name: 'key', value: 'c0balt-secret', secret: true }];
      const sms = { gatewayUrl: `${gateway.url}/send`, messageParameter: 'm', receiverParameter: 'r', parameters };
      const smtpUrl = 'smtp://user:gr4nite@mail.example.com';
      const admin = await signedIn(world, house.email);
      await admin.ask(op.UPDATE_SETTINGS, { input: { sms, email: { smtpUrl } } });
      const text = JSON.stringify(await admin.ask(op.SETTINGS));
      expect(text).not.toMatch(/c0balt|gr4nite/);
      expect(text).toContain('"smtpUrlSet"');
    });
  });

  describe('sessions, trusted browsers and links that survive', () => {
    const everything = async () => {
      const { email, id } = await asked();
      const { client, app } = await enrollApp(world, email);
      world.clock.advance(60);
      const ticket = await begin(email);
      const opened = await verify(ticket, app(world.clock.now()), 'TOTP', { rememberBrowser: true });
      expect(opened.trustedBrowserToken).toEqual(expect.any(String));
      const half = await begin(email);
      return { email, id, app, client, opened, half, browser: opened.trustedBrowserToken as string };
    };
    const isOver = async ({ email, client, opened, half, browser, app }: Awaited<ReturnType<typeof everything>>) => {
      expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
      expect(await withToken(world, opened.accessToken).errorOf(op.ME)).toBe('UNAUTHENTICATED');
      expect(outcomeOf(await world.client().ask(op.REFRESH, { token: opened.refreshToken }))).toBe(
        'INVALID_CREDENTIALS',
      );
      world.clock.advance(30);
      expect(outcomeOf(await verify(half, app(world.clock.now())))).toBe('TICKET_INVALID');
      const again = await login(world.client(), email, PASSWORD, { trustedBrowserToken: browser });
      expect(again.__typename).not.toBe('SignedIn');
    };

    it('a reset by an administrator', async () => {
      const all = await everything();
      expect((await desk.ask(op.RESET_USER, { id: all.id })).__typename).toBe('User');
      await isOver(all);
    });

    it('a deactivation, and an activation after it brings none of them back', async () => {
      const all = await everything();
      await updateUser(desk, all.id, { active: false });
      await isOver(all);
      await updateUser(desk, all.id, { active: true });
      await isOver(all);
    });

    it('a demotion is in force at the next request', async () => {
      const role = await createRole(desk, { permissions: ['USERS_READ'], visibility: 'ALL' });
      const { email, id } = await createUser(desk, { roleIds: [role.id] });
      const client = await signedIn(world, email);
      expect((await client.ask(op.USERS, { first: 1 })).nodes).toHaveLength(1);
      await updateUser(desk, id, { roleIds: [] });
      expect(await client.errorOf(op.USERS, { first: 1 })).toBe('FORBIDDEN');
    });

    it('a role gained ends the trust in browsers', async () => {
      const all = await everything();
      const role = await createRole(desk, { requireTwoFactor: true });
      await updateUser(desk, all.id, { roleIds: [role.id] });
      const again = await login(world.client(), all.email, PASSWORD, { trustedBrowserToken: all.browser });
      expect(again.__typename).toBe('SecondFactorRequired');
    });

    it('a confirmation link of a deactivated user, or for an address that was changed', async () => {
      const [first, second] = [newAddress(), newAddress()];
      const made = [];
      for (const email of [first, second]) made.push(await createUser(desk, { email, sendActivationEmail: true }));
      const [one, two] = made as [{ id: string }, { id: string }];
      const links = [tokenIn((await mailTo(world, first)).text), tokenIn((await mailTo(world, second)).text)];
      await updateUser(desk, one.id, { active: false });
      await updateUser(desk, two.id, { email: newAddress() });
      for (const token of links) {
        expect(outcomeOf(await world.client().ask(op.CONFIRM_EMAIL, { token }))).toBe('LINK_INVALID');
      }
    });
  });

  describe('cross-tenant reset', () => {
    it.each([
      ['resetTwoFactor', op.RESET_USER],
      ['disableTwoFactorFor', op.DISABLE_USER],
      ['unlockUser', op.UNLOCK_USER],
      ['sendActivationEmail', op.SEND_ACTIVATION],
    ])('%s of a user of another organization finds nobody', async (_name, operation) => {
      const { email, id } = await asked();
      const { app } = await enrollApp(world, email);
      const admin = await signedIn(world, house.email);
      expect(await admin.errorOf(operation, { id })).toBe('NOT_FOUND');
      world.clock.advance(60);
      expect(outcomeOf(await verify(await begin(email), app(world.clock.now())))).toBe('SignedIn');
    });
  });

  describe('links built from the Host header', () => {
    it('a mail’s link begins with the configured address, whatever the request says', async () => {
      const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
      const client = world.client(headers);
      client.token = desk.token;
      const { email } = await createUser(client, { sendActivationEmail: true });
      const { text } = await mailTo(world, email);
      expect(text).toContain(`${world.config.publicUrl}/`);
      expect(text).not.toContain('evil.example');
    });
  });

  describe('passport-local reading credentials from the query string', () => {
    it('they count for nothing there', async () => {
      const { email } = await createUser(desk);
      const query = `email=${encodeURIComponent(email)}&password=${encodeURIComponent(PASSWORD)}`;
      const payload = { query: op.LOGIN, variables: { input: { email: 'x', password: 'y' } } };
      const answer = await world.fastify.inject({ method: 'POST', url: `/graphql?${query}`, payload });
      expect(answer.json().data.login.code).toBe('INVALID_CREDENTIALS');
      const bodyless = { query: op.LOGIN, variables: { input: { email: '', password: '' } } };
      const second = await world.fastify.inject({ method: 'POST', url: `/graphql?${query}`, payload: bodyless });
      expect(second.json().data.login.code).toBe('INVALID_CREDENTIALS');
    });
  });

  describe('a forwarded-for header, trusted from anyone', () => {
    it('does not refill the tries of a name at an address', async () => {
      const { email } = await createUser(desk);
      const outcomes: string[] = [];
      for (let guess = 0; guess < 12; guess += 1) {
        const client = world.client({ 'x-forwarded-for': `198.51.100.${String(guess)}`, 'x-real-ip': '198.51.100.7' });
        outcomes.push(outcomeOf(await login(client, email, `wrong guess number ${String(guess)}`)));
      }
      expect(outcomes.slice(0, 10)).toEqual(Array(10).fill('INVALID_CREDENTIALS'));
      expect(outcomes.slice(10)).toEqual(['TOO_MANY_ATTEMPTS', 'TOO_MANY_ATTEMPTS']);
      world.clock.advance(901);
    });
  });

  describe('mail header, template and SMS parameter injection', () => {
    const ATTACKS = ['Ann\r\nBcc: thief@example.com', 'Ann\nSubject: hi', 'a\u0000b', 'see https://evil.example/now'];

    it.each(ATTACKS)('a name %j is refused', async (displayName) => {
      const input = { email: newAddress(), displayName, password: PASSWORD };
      expect(outcomeOf(await desk.ask(op.CREATE_USER, { input }))).toBe('INVALID_VALUE');
    });

    it.each([
      'a@example.com\r\nBcc: b@example.com',
      'a@example.com,b@example.com',
      '<a@example.com>',
      'a b@example.com',
    ])('an address %j is refused', async (email) => {
      const input = { email, displayName: 'Ann', password: PASSWORD };
      expect(outcomeOf(await desk.ask(op.CREATE_USER, { input }))).toBe('INVALID_VALUE');
    });

    it('what looks like a template is text in a mail, and HTML no name at all', async () => {
      const input = { email: newAddress(), displayName: '<b>Ann</b>', password: PASSWORD };
      expect(outcomeOf(await desk.ask(op.CREATE_USER, { input }))).toBe('INVALID_VALUE');
      const displayName = '{{issuer}} ${7*7} & "Ann"';
      const { email } = await createUser(desk, { displayName, sendActivationEmail: true });
      const { text, html } = await freshMail(world, email);
      expect(text).toContain(displayName);
      expect(html).toContain('&amp; &quot;Ann&quot;');
      expect(html).not.toContain('& "Ann"');
    });

    it('an issuer with a line break is refused', async () => {
      const refused = await desk.ask(op.UPDATE_SETTINGS, {
        input: { twoFactor: { issuer: 'A\r\nBcc: b@example.com' } },
      });
      expect(outcomeOf(refused)).toBe('INVALID_VALUE');
    });

    it('a parameter of the gateway adds no header and no second parameter', async () => {
      const base = { gatewayUrl: `${gateway.url}/send`, messageParameter: 'm', receiverParameter: 'r', usePost: true };
      for (const parameter of [
        { name: 'X-A\r\nX-B', value: '1', header: true },
        { name: 'X-A', value: '1\r\nX-B: 2', header: true },
        { name: 'Host', value: 'evil.example', header: true },
        { name: 'Content-Length', value: '0', header: true },
      ]) {
        const saved = await desk.ask(op.UPDATE_SETTINGS, { input: { sms: { ...base, parameters: [parameter] } } });
        expect({ parameter, outcome: outcomeOf(saved) }).toEqual({ parameter, outcome: 'INVALID_VALUE' });
      }
      const senderName = 'Shop&r=+31600000000';
      const saved = await desk.ask(op.UPDATE_SETTINGS, { input: { sms: { ...base, parameters: [], senderName } } });
      expect(outcomeOf(saved)).toMatch(/Settings|INVALID_VALUE/);
    });
  });

  describe('a gateway URL that reaches inside (SSRF)', () => {
    it.each([
      'http://169.254.169.254/latest/meta-data/',
      'http://[::ffff:169.254.169.254]/',
      'http://10.0.0.1/',
      'http://[::1]/',
      'http://2130706433/',
      'http://0x7f000001/',
      'file:///etc/passwd',
      'gopher://127.0.0.1:6379/_FLUSHALL',
      'http://user:password@127.0.0.1/',
    ])('%s is refused', async (gatewayUrl) => {
      const sms = { gatewayUrl, messageParameter: 'm', receiverParameter: 'r' };
      const saved = await desk.ask(op.UPDATE_SETTINGS, { input: { sms } });
      const [{ problem }] = [{ problem: outcomeOf(saved) }];
      // 127.0.0.1 is named in SMS_GATEWAY_HOSTS here; nothing else that is not public is.
      if (new URL(gatewayUrl).hostname !== '127.0.0.1') expect(problem).toBe('INVALID_VALUE');
      else if (!gatewayUrl.startsWith('http:')) expect(problem).toBe('INVALID_VALUE');
    });

    it('a name is judged by the address that it leads to at the time of connecting', () => {
      const url = new URL('https://sms.example.com/send');
      for (const address of [
        '127.0.0.1',
        '10.1.2.3',
        '::1',
        '::ffff:10.0.0.1',
        '169.254.169.254',
        'fe80::1',
        '0.0.0.0',
      ]) {
        expect(addressProblem(address, url, [])).toEqual(expect.any(String));
      }
      expect(addressProblem('93.184.215.14', url, [])).toBeNull();
    });
  });

  // Two processes share a server's database; a file has one process alone.
  if (engine === 'mariadb') {
    describe('throttling in memory, per process', () => {
      it('what one process counted, another one knows', async () => {
        const { clock, config } = world;
        const other = await startWorld(engine, { clock, databaseUrl: config.databaseUrl });
        const { email } = await createUser(desk);
        for (let guess = 0; guess < 10; guess += 1) await login(world.client(), email, `wrong guess ${String(guess)}`);
        expect(outcomeOf(await login(other.client(), email))).toBe('TOO_MANY_ATTEMPTS');
        await other.stop();
      });
    });
  }

  it('an administrator of the first organization is nobody in the second', async () => {
    const admin = await administrator(world);
    expect(JSON.stringify(await admin.ask(op.USERS, { first: 200 }))).not.toContain(house.email);
  });
});
