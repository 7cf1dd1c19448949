import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser, enrollApp, login } from '../support/people.js';
import { auditOf, begun, roleNamed, serviceDesk, setTwoFactor, switchOn } from '../support/scenes.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('1.8 "Disable 2FA" during the first set-up, on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP'] });
    await switchOn(desk);
  });
  afterAll(() => world.stop());

  const decline = (client: Client, ticket: string) => client.ask(op.DECLINE, { ticket });
  const start = (client: Client, ticket: string) => client.ask(op.START, { input: { ticket, method: 'TOTP' } });

  it('switches it off for whoever may toggle, and signs in', async () => {
    const { id, email } = await createUser(desk, { useTwoFactor: true });
    const { client, ticket, result } = await begun(world, email, 'EnrollmentRequired');
    expect(result.canDecline).toBe(true);
    const answer = await decline(client, ticket);
    expect(answer).toMatchObject({ __typename: 'SignedIn', amr: ['pwd'], recoveryCodes: null, user: { email } });
    client.token = answer.accessToken;
    expect(await client.ask(op.ME)).toMatchObject({ twoFactor: { use: false, required: false, enrolled: false } });
    expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
    expect((await auditOf(desk, id)).map(({ key }) => key)).toContain('sign-in.declined');
  });

  it('and for administrators, also for one who may not toggle', async () => {
    const { id: roleId } = await roleNamed(desk, 'Administrator');
    const { email } = await createUser(desk, { useTwoFactor: true, canToggleTwoFactor: false, roleIds: [roleId] });
    const { client, ticket, result } = await begun(world, email, 'EnrollmentRequired');
    expect(result.canDecline).toBe(true);
    expect(await decline(client, ticket)).toMatchObject({ __typename: 'SignedIn' });
    expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
  });

  it('also after the QR code was shown, which is dead from then on', async () => {
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    const { id: enrollmentId, totp } = await start(client, ticket);
    expect(await decline(client, ticket)).toMatchObject({ __typename: 'SignedIn' });
    const code = authenticator(totp.secret as string)(world.clock.now());
    const confirmed = await client.ask(op.CONFIRM, { input: { ticket, enrollmentId, code } });
    expect(confirmed).toMatchObject({ __typename: 'Refused', code: 'TICKET_INVALID' });
    expect((await start(client, ticket)).__typename).toBe('Refused');
    expect(await decline(client, ticket)).toMatchObject({ __typename: 'Refused' });
    expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
  });

  it('is not for other users', async () => {
    const { id, email } = await createUser(desk, { useTwoFactor: true, canToggleTwoFactor: false });
    const { client, ticket, result } = await begun(world, email, 'EnrollmentRequired');
    expect(result.canDecline).toBe(false);
    expect(await decline(client, ticket)).toMatchObject({ __typename: 'Refused', code: 'DECLINE_NOT_ALLOWED' });
    expect(await desk.ask(op.USER, { id })).toMatchObject({ twoFactor: { use: true } });
    // What they were asked for they can still do.
    expect(await start(client, ticket)).toMatchObject({ __typename: 'Enrollment' });
  });

  it('is not against a role, for administrators neither', async () => {
    const { id: roleId } = await roleNamed(desk, 'Administrator');
    const treasury = await desk.ask(op.CREATE_ROLE, { input: { name: 'Treasury', requireTwoFactor: true } });
    const { email } = await createUser(desk, { useTwoFactor: true, roleIds: [roleId, treasury.id] });
    const { client, ticket, result } = await begun(world, email, 'EnrollmentRequired');
    expect(result.canDecline).toBe(false);
    expect(await decline(client, ticket)).toMatchObject({ code: 'DECLINE_NOT_ALLOWED' });
  });

  it('is not there once something was set up', async () => {
    const { email } = await createUser(desk, { useTwoFactor: true });
    const waiting = await begun(world, email, 'EnrollmentRequired');
    await enrollApp(world, email);
    expect(await decline(waiting.client, waiting.ticket)).toMatchObject({ code: 'DECLINE_NOT_ALLOWED' });
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    expect(await decline(client, ticket)).toMatchObject({ code: 'DECLINE_NOT_ALLOWED' });
  });

  it('is decided at that moment: a right that was taken away meanwhile is gone', async () => {
    const { id, email } = await createUser(desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    await desk.ask(op.UPDATE_USER, { id, input: { canToggleTwoFactor: false } });
    expect(await decline(client, ticket)).toMatchObject({ code: 'DECLINE_NOT_ALLOWED' });
  });

  it('needs the ticket of a right password, within its ten minutes', async () => {
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    for (const made of ['', 'A'.repeat(43), 'x'.repeat(5_000)]) {
      expect(await decline(client, made)).toMatchObject({ code: 'TICKET_INVALID' });
    }
    world.clock.advance(600);
    expect(await decline(client, ticket)).toMatchObject({ code: 'TICKET_INVALID' });
    await begun(world, email, 'EnrollmentRequired');
  });
});
