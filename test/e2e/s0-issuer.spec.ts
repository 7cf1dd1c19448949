import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser } from '../support/people.js';
import { begun, confirmedUser, freshMail, serviceDesk, setTwoFactor, switchOn } from '../support/scenes.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('0.3 the issuer name, on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP', 'EMAIL'] });
    await switchOn(desk);
  });
  afterAll(() => world.stop());

  it.each(['Harbour & Sons', 'Zeevaart Café', '港湾', 'A+B 100%'])('%s is seen in the app', async (issuer) => {
    await setTwoFactor(desk, { issuer });
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    const { totp } = await client.ask(op.START, { input: { ticket, method: 'TOTP' } });
    const uri = new URL(totp.uri as string);
    expect(decodeURIComponent(uri.pathname)).toBe(`/${issuer}:${email}`);
    // Not by searchParams: apps do not read "+" as a blank.
    const [, shown = ''] = /[?&]issuer=([^&]*)/.exec(totp.uri as string) ?? [];
    expect(shown).not.toContain('+');
    expect(decodeURIComponent(shown)).toBe(issuer);
  });

  it('is seen in the subjects of all mails that lead to it', async () => {
    const issuer = 'Harbour & Sons';
    await setTwoFactor(desk, { issuer, totpDelivery: 'MAILED_LINK' });
    const invited = await createUser(desk, { sendActivationEmail: true });
    expect((await freshMail(world, invited.email)).subject).toBe(`Confirm your e-mail address for ${issuer}`);

    const { email } = await createUser(desk, { useTwoFactor: true });
    const first = await begun(world, email, 'EnrollmentRequired');
    await first.client.ask(op.START, { input: { ticket: first.ticket, method: 'TOTP' } });
    expect((await freshMail(world, email)).subject).toBe(`Set up your second factor for ${issuer}`);

    const confirmed = await confirmedUser(world, desk, { useTwoFactor: true });
    world.clock.advance(1);
    const { client, ticket } = await begun(world, confirmed.email, 'SecondFactorRequired');
    await client.ask(op.SEND_CODE, { input: { ticket, method: 'EMAIL' } });
    const mail = await freshMail(world, confirmed.email);
    expect(mail.subject).toBe(`Your code for ${issuer}`);
    expect(mail.html).toContain('Harbour &amp; Sons');
  });

  it('is trimmed', async () => {
    await desk.ask(op.UPDATE_SETTINGS, { input: { twoFactor: { issuer: '  Harbour ' } } });
    expect(await desk.ask(op.SETTINGS)).toMatchObject({ twoFactor: { issuer: 'Harbour' } });
  });

  it.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['a colon, which would part issuer and account elsewhere', 'Harbour:Sons'],
    ['a line break, which would begin another header', 'Harbour\r\nBcc: eve@example.com'],
    ['what nobody could read', 'x'.repeat(65)],
  ])('cannot be %s', async (_what, issuer) => {
    const before = await desk.ask(op.SETTINGS);
    const input = { twoFactor: { issuer } };
    expect(await desk.ask(op.UPDATE_SETTINGS, { input })).toMatchObject({ code: 'INVALID_VALUE' });
    expect(await desk.ask(op.SETTINGS)).toEqual(before);
  });
});
