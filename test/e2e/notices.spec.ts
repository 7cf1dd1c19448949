import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import {
  createUser,
  enrollSignedIn,
  login,
  mailsTo,
  mailTo,
  organization,
  PASSWORD,
  reauthenticate,
  settle,
  signedIn,
  updateUser,
  wrongCode,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));

/** Whoever owns an account is told by mail what happened to it: when, from where, and what to do about it. */
describe.each(ENGINES)('notices, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  async function person() {
    const { admin } = await organization(world);
    await settle(admin, { issuer: 'Acme Works' });
    const { id, email } = await createUser(admin, { displayName: 'Ann Other' });
    const client = await signedIn(world, email);
    return { admin, id: id as string, email: email as string, client };
  }

  const tellsAll = (text: string, browser = 'Test browser'): void => {
    expect(text).toContain('Hello Ann Other,');
    expect(text).toContain('Acme Works');
    expect(text).toMatch(/Time: \d+ March 2026 at \d\d:\d\d UTC/);
    expect(text).toContain(`Browser: ${browser}`);
    expect(text).toContain('IP address: 127.0.0.1');
    expect(text).toMatch(/If it was not, change your password at http:\/\/localhost:3000/);
  };

  it('of a factor added and removed, naming it and never its secret', async () => {
    const { client, email } = await person();
    const { secret, factorId } = await enrollSignedIn(world, client);
    const added = await mailTo(world, email, /factor was added/);
    tellsAll(added.text);
    expect(added.text).toContain('authenticator app');
    expect(added.text).not.toContain(secret);
    await client.ask(op.REMOVE_FACTOR, { id: factorId });
    tellsAll((await mailTo(world, email, /factor was removed/)).text);
  });

  it('of a reset, by the person and by an administrator', async () => {
    const { admin, id, client, email } = await person();
    await enrollSignedIn(world, client);
    await client.ask(op.RESET_MINE);
    tellsAll((await mailTo(world, email, /was reset/)).text);
    await admin.ask(op.RESET_USER, { id });
    expect(await mailsTo(world, email, 2, /was reset/)).toHaveLength(2);
  });

  it('of a factor that an administrator switched off', async () => {
    const { admin, id, client, email } = await person();
    await enrollSignedIn(world, client);
    await admin.ask(op.DISABLE_USER, { id });
    tellsAll((await mailTo(world, email, /was switched off/)).text);
  });

  it('of a recovery code used, and not of which', async () => {
    const { client, email } = await person();
    const { recoveryCodes } = await enrollSignedIn(world, client);
    const elsewhere = world.client({ 'user-agent': 'Lynx at night' });
    const { ticket } = await login(elsewhere, email);
    const input = { ticket, method: 'RECOVERY_CODE', code: recoveryCodes[3] };
    expect((await elsewhere.ask(op.VERIFY, { input })).__typename).toBe('SignedIn');
    const { text } = await mailTo(world, email, /recovery code/);
    tellsAll(text, 'Lynx at night');
    for (const code of recoveryCodes) expect(text).not.toContain(code);
  });

  it('of a new password', async () => {
    const { client, email } = await person();
    const next = 'nine calm otters drift downstream';
    await client.ask(op.CHANGE_PASSWORD, { current: PASSWORD, next });
    const { text } = await mailTo(world, email, /password .* was changed/);
    tellsAll(text);
    expect(text).not.toContain(next);
  });

  it('of another address, to the old one and to the new', async () => {
    const { admin, id, email } = await person();
    const next = `moved-${email}`;
    await updateUser(admin, id, { email: next });
    for (const to of [email, next]) {
      const { text } = await mailTo(world, to, /e-mail address .* was changed/);
      tellsAll(text);
      expect(text).toContain(next);
    }
    // The address as it stood is not written over itself, and tells nobody.
    await updateUser(admin, id, { email: next });
    await settled();
    expect(await mailsTo(world, next, 1, /was changed/)).toHaveLength(1);
  });

  it('of another phone number, masked', async () => {
    const { admin, id, email } = await person();
    await updateUser(admin, id, { phone: '+31612345678' });
    const { text } = await mailTo(world, email, /phone number .* was changed/);
    tellsAll(text);
    expect(text).not.toContain('612345678');
    expect(text).toContain('78');
  });

  it('of three wrong codes behind the right password, once', async () => {
    const { client, email } = await person();
    const { app } = await enrollSignedIn(world, client);
    const guesser = world.client({ 'user-agent': 'Guesser' });
    const guess = async (): Promise<void> => {
      const { ticket } = await login(guesser, email);
      const code = wrongCode(app, world.clock.now());
      await guesser.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code } });
    };
    await guess();
    await guess();
    await settled();
    expect((await world.mails()).some(({ to, subject }) => to === email && subject.includes('Wrong codes'))).toBe(
      false,
    );
    await guess();
    tellsAll((await mailTo(world, email, /Wrong codes/)).text, 'Guesser');
    for (let round = 0; round < 3; round += 1) await guess();
    await settled();
    expect(await mailsTo(world, email, 1, /Wrong codes/)).toHaveLength(1);
  });

  it('a right code in between begins the count of three anew', async () => {
    const { client, email } = await person();
    const { app } = await enrollSignedIn(world, client);
    for (let round = 0; round < 2; round += 1) {
      const { ticket } = await login(client, email);
      for (let wrong = 0; wrong < 2; wrong += 1) {
        const code = wrongCode(app, world.clock.now());
        await client.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code } });
      }
      world.clock.advance(30);
      const code = app(world.clock.now());
      expect((await client.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code } })).__typename).toBe('SignedIn');
    }
    await settled();
    expect((await world.mails()).some(({ to, subject }) => to === email && subject.includes('Wrong codes'))).toBe(
      false,
    );
  });

  it('what a browser calls itself cannot put words or links into a mail', async () => {
    const { email } = await person();
    const hostile = world.client({ 'user-agent': 'X\u0001 <b>Call</b> http://evil.example/now\u2028{code}' });
    hostile.token = (await login(hostile, email)).accessToken;
    await reauthenticate(hostile);
    await enrollSignedIn(world, hostile);
    const mail = (await mailsTo(world, email, 1, /factor was added/))[0]!;
    expect(mail.html).not.toContain('<b>Call</b>');
    expect(mail.html).not.toMatch(/href="http:\/\/evil/);
    // eslint-disable-next-line no-control-regex -- that is what must not be there
    expect(mail.text).not.toMatch(/[\u0001\u2028]/);
  });
});
