import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import {
  administrator,
  codeIn,
  createUser,
  enrollApp,
  login,
  mailTo,
  PASSWORD,
  signInWithApp,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('the main job on %s', (engine) => {
  let world: World;
  let admin: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    admin = await administrator(world);
    await admin.ask(op.ENABLE, { everyone: true });
  });
  afterAll(() => world.stop());

  it('lets a user in who scans a QR code, and again with a code', async () => {
    const { email } = await createUser(admin);
    const { app, recoveryCodes, result } = await enrollApp(world, email);
    expect(result).toMatchObject({ amr: ['pwd', 'otp'], user: { email } });
    expect(recoveryCodes).toHaveLength(10);
    const client = await signInWithApp(world, email, app);
    expect(await client.ask(op.ME)).toMatchObject({ email, twoFactor: { required: true, enrolled: true } });
  });

  it('lets another one in with a mailed code', async () => {
    const { email } = await createUser(admin);
    const client = world.client();
    const { ticket, methods } = await login(client, email);
    expect(methods).toContainEqual({ method: 'EMAIL', destination: `p•••@example.com` });
    const started = await client.ask(op.START, { input: { ticket, method: 'EMAIL' } });
    expect(started).toMatchObject({ method: 'EMAIL', totp: null, sent: { method: 'EMAIL' } });
    const { subject, text } = await mailTo(world, email, /code/i);
    expect(subject).toContain('Countersign');
    const confirmed = await client.ask(op.CONFIRM, { input: { ticket, enrollmentId: started.id, code: codeIn(text) } });
    expect(confirmed).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'email'] });

    world.clock.advance(60);
    const again = await login(client, email);
    expect(again).toMatchObject({ __typename: 'SecondFactorRequired', preferred: 'EMAIL' });
    const sent = await client.ask(op.SEND_CODE, { input: { ticket: again.ticket, method: 'EMAIL' } });
    expect(sent).toMatchObject({ __typename: 'CodeSent', method: 'EMAIL' });
    const code = await newestCode(email, codeIn(text));
    const verified = await client.ask(op.VERIFY, { input: { ticket: again.ticket, method: 'EMAIL', code } });
    expect(verified).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'email'] });
    const delivery = await client.ask(op.CODE_DELIVERY, { ticket: again.ticket });
    // The ticket is used up, and tells nothing any more.
    expect(delivery).toBeNull();
  });

  async function newestCode(email: string, before: string): Promise<string> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const mails = (await world.mails()).filter(({ to, subject }) => to === email && /code/i.test(subject));
      const code = codeIn(mails[0]?.text ?? '');
      if (mails.length > 1 && code !== before) return code;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('No second code came.');
  }

  it('refreshes, and signs out: seen at the very next request', async () => {
    const { email } = await createUser(admin);
    const { client, result } = await enrollApp(world, email);
    const fresh = await client.ask(op.REFRESH, { token: result.refreshToken });
    expect(fresh).toMatchObject({ __typename: 'Tokens' });
    client.token = fresh.accessToken;
    await client.ask(op.LOGOUT);
    expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
    expect(await client.ask(op.REFRESH, { token: fresh.refreshToken })).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it('explains itself, and audits every step', async () => {
    const { id, email } = await createUser(admin);
    await enrollApp(world, email, PASSWORD);
    const decision = await admin.ask(op.EXPLAIN, { id });
    expect(decision).toMatchObject({ required: true, outcome: 'CHALLENGE' });
    expect(decision.trace.at(-1)).toMatchObject({ rule: 'role', decisive: true });
    const { nodes } = await admin.ask(op.AUDIT, { filter: { subjectId: id } });
    const keys = nodes.map(({ key }: { key: string }) => key).reverse();
    expect(keys).toEqual([
      'user.created',
      'password.set',
      'sign-in.enrollment-required',
      'enrollment.started',
      'factor.added',
      'sign-in.succeeded',
    ]);
  });
});
