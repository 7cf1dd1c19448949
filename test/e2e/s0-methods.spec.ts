import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { codeIn, createUser, enrollApp, login } from '../support/people.js';
import { begun, confirmedUser, freshMail, newPhone, serviceDesk, setTwoFactor, switchOn } from '../support/scenes.js';
import { type SmsSink, startSmsSink } from '../support/sms-sink.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('0.1 the organization chooses the methods, on %s', (engine) => {
  let world: World;
  let desk: Client;
  let gateway: SmsSink;

  beforeAll(async () => {
    gateway = await startSmsSink();
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await switchOn(desk);
  });
  afterAll(async () => {
    await world.stop();
    await gateway.stop();
  });

  const methodsOf = (result: { methods: { method: string }[] }): string[] => result.methods.map(({ method }) => method);
  const start = (client: Client, ticket: string, method: string) => client.ask(op.START, { input: { ticket, method } });
  const choose = (methods: string[]) => setTwoFactor(desk, { methods });
  const textBy = (gatewayUrl: string) => desk.ask(op.UPDATE_SETTINGS, { input: { sms: { gatewayUrl } } });

  it('the authenticator app alone: nothing else is offered or can be set up', async () => {
    await choose(['TOTP']);
    const { email } = await confirmedUser(world, desk, { useTwoFactor: true });
    const { client, ticket, result } = await begun(world, email, 'EnrollmentRequired');
    expect(methodsOf(result)).toEqual(['TOTP']);
    for (const method of ['EMAIL', 'SMS', 'RECOVERY_CODE']) {
      expect(await start(client, ticket, method)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    }
    expect(await start(client, ticket, 'TOTP')).toMatchObject({ __typename: 'Enrollment', method: 'TOTP' });
  });

  it('e-mail alone: a code to the address on file proves it and signs in', async () => {
    await choose(['EMAIL']);
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { client, ticket, result } = await begun(world, email, 'EnrollmentRequired');
    expect(methodsOf(result)).toEqual(['EMAIL']);
    expect(await start(client, ticket, 'TOTP')).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });

    const { id: enrollmentId, totp, sent } = await start(client, ticket, 'EMAIL');
    expect({ totp, sent }).toMatchObject({
      totp: null,
      sent: { method: 'EMAIL', destination: expect.stringMatching(/^p•••@/) },
    });
    const code = codeIn((await freshMail(world, email)).text);
    const signedIn = await client.ask(op.CONFIRM, { input: { ticket, enrollmentId, code } });
    expect(signedIn).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'email'] });
    await begun(world, email, 'SecondFactorRequired');
  });

  it('text messages alone: they need a gateway, and then a code to the number on file', async () => {
    const phone = newPhone();
    const { email } = await createUser(desk, { useTwoFactor: true, phone });
    await choose(['TOTP', 'SMS']);
    expect(methodsOf((await begun(world, email, 'EnrollmentRequired')).result)).toEqual(['TOTP']);

    await textBy(`${gateway.url}/send`);
    await choose(['SMS']);
    const { client, ticket, result } = await begun(world, email, 'EnrollmentRequired');
    expect(methodsOf(result)).toEqual(['SMS']);
    const { id: enrollmentId } = await start(client, ticket, 'SMS');
    const { form } = await gateway.waitFor((request) => request.form?.to === phone);
    const code = codeIn(form?.message ?? '');
    expect(await client.ask(op.CONFIRM, { input: { ticket, enrollmentId, code } })).toMatchObject({
      __typename: 'SignedIn',
      amr: ['pwd', 'sms'],
    });
    await textBy('');
  });

  it('all of them: each is offered, and what was chosen by the person is theirs', async () => {
    await textBy(`${gateway.url}/send`);
    // In whichever order they are ticked.
    await desk.ask(op.UPDATE_SETTINGS, { input: { twoFactor: { methods: ['SMS', 'EMAIL', 'TOTP', 'TOTP'] } } });
    expect(await desk.ask(op.SETTINGS)).toMatchObject({ twoFactor: { methods: ['TOTP', 'EMAIL', 'SMS'] } });
    const { email } = await createUser(desk, { useTwoFactor: true });
    expect(methodsOf((await begun(world, email, 'EnrollmentRequired')).result)).toEqual(['TOTP', 'EMAIL', 'SMS']);
    await enrollApp(world, email);
    expect(methodsOf((await begun(world, email, 'SecondFactorRequired')).result)).toEqual(['TOTP', 'RECOVERY_CODE']);
    await textBy('');
  });

  it('a method that is taken away opens nothing any more, also for a ticket in hand', async () => {
    await choose(['TOTP', 'EMAIL']);
    const { email } = await createUser(desk, { useTwoFactor: true });
    const { app } = await enrollApp(world, email);
    world.clock.advance(30);
    const { client, ticket } = await begun(world, email, 'SecondFactorRequired');
    await choose(['EMAIL']);
    const input = { ticket, method: 'TOTP', code: app(world.clock.now()) };
    expect(await client.ask(op.VERIFY, { input })).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    const { result } = await begun(world, email, 'EnrollmentRequired');
    expect(methodsOf(result)).toEqual(['EMAIL']);

    await choose(['TOTP', 'EMAIL']);
    expect(await client.ask(op.VERIFY, { input })).toMatchObject({ __typename: 'SignedIn' });
  });

  it.each([[[]], [['RECOVERY_CODE']], [['TOTP', 'RECOVERY_CODE']]])('%j is no choice', async (methods) => {
    const before = await desk.ask(op.SETTINGS);
    const result = await desk.ask(op.UPDATE_SETTINGS, { input: { twoFactor: { methods, issuer: 'Other' } } });
    expect(result).toMatchObject({ __typename: 'Refused', code: 'INVALID_VALUE' });
    expect(await desk.ask(op.SETTINGS)).toEqual(before);
  });

  it('texts alone without a gateway would leave nobody able to sign in, and are refused', async () => {
    await choose(['TOTP']);
    await desk.ask(op.DISABLE);
    await desk.ask(op.ENABLE, { everyone: true });
    const input = { twoFactor: { methods: ['SMS'] } };
    expect(await desk.ask(op.UPDATE_SETTINGS, { input })).toMatchObject({ code: 'WOULD_LOCK_OUT_ADMINISTRATORS' });
    expect(await desk.ask(op.SETTINGS)).toMatchObject({ twoFactor: { methods: ['TOTP'] } });
  });

  it('who may only read settings may not choose', async () => {
    await desk.ask(op.DISABLE);
    const { id } = await desk.ask(op.CREATE_ROLE, { input: { name: 'Auditors', permissions: ['SETTINGS_READ'] } });
    const { email } = await createUser(desk, { roleIds: [id] });
    const client = world.client();
    client.token = (await login(client, email)).accessToken;
    expect(await client.ask(op.SETTINGS)).toMatchObject({ twoFactor: { methods: ['TOTP'] } });
    const input = { twoFactor: { methods: ['EMAIL'] } };
    expect(await client.errorOf(op.UPDATE_SETTINGS, { input })).toBe('FORBIDDEN');
    expect(await world.client().errorOf(op.UPDATE_SETTINGS, { input })).toBe('UNAUTHENTICATED');
  });
});
