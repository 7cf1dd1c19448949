import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditSealer } from '../../src/audit/index.js';
import * as op from '../support/operations.js';
import { administrator, codeIn, createUser, login, mailTo, PASSWORD } from '../support/people.js';
import { eventually, freshMail } from '../support/scenes.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const WRONG = 'ivory lanterns sway at dusk';

describe.each(ENGINES)('/metrics on %s', (engine) => {
  let world: World;
  let text = '';
  const value = (series: string): number | null => {
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? null : Number(line.slice(series.length + 1));
  };
  const read = async (): Promise<string> => (text = (await world.fastify.inject({ url: '/metrics' })).body);

  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  it('follow a sign-in with a mailed code', async () => {
    const admin = await administrator(world);
    await admin.ask(op.ENABLE, { everyone: false });
    const { email } = await createUser(admin, { useTwoFactor: true });
    await read();
    const before = value('sign_ins_total{outcome="succeeded",method="PASSWORD"}') ?? 0;
    expect(before).toBeGreaterThan(0);

    const client = world.client();
    await login(client, email, WRONG);
    const first = await login(client, email, PASSWORD);
    const { id } = await client.ask(op.START, { input: { ticket: first.ticket, method: 'EMAIL' } });
    const code = codeIn((await mailTo(world, email, /code/)).text);
    const wrong = code === '000000' ? '000001' : '000000';
    await client.ask(op.CONFIRM, { input: { ticket: first.ticket, enrollmentId: id, code: wrong } });
    const enrolled = await client.ask(op.CONFIRM, { input: { ticket: first.ticket, enrollmentId: id, code } });
    expect(enrolled.__typename).toBe('SignedIn');

    world.clock.advance(120);
    const second = await login(client, email, PASSWORD);
    await client.ask(op.SEND_CODE, { input: { ticket: second.ticket, method: 'EMAIL' } });
    const mail = await freshMail(world, email, /code/);
    const input = { ticket: second.ticket, method: 'EMAIL', code: codeIn(mail.text) };
    expect((await client.ask(op.VERIFY, { input })).__typename).toBe('SignedIn');

    // The mail is there a moment before its row says so, and the count.
    await eventually(read, () => (value('codes_sent_total{channel="EMAIL"}') ?? 0) >= 2);
    expect(value('sign_ins_total{outcome="refused",method="PASSWORD"}')).toBe(1);
    expect(value('sign_ins_total{outcome="challenged",method="PASSWORD"}')).toBe(2);
    expect(value('sign_ins_total{outcome="refused",method="EMAIL"}')).toBe(1);
    expect(value('sign_ins_total{outcome="succeeded",method="EMAIL"}')).toBe(2);
    expect(value('sign_ins_total{outcome="succeeded",method="PASSWORD"}')).toBe(before);
    expect(value('code_delay_seconds_count{channel="EMAIL"}')).toBe(2);
    expect(value('messages_total{channel="EMAIL",result="SENT"}')).toBeGreaterThanOrEqual(2);
    for (const lane of ['codes', 'normal', 'bulk']) expect(value(`queue_depth{lane="${lane}"}`)).toBe(0);
    expect(value('hash_line')).toBe(0);
    expect(value('hash_refusals_total')).toBe(0);
    expect(value('http_request_duration_seconds_count{route="/graphql",status="200"}')).toBeGreaterThan(8);
    expect(value('audit_unsealed_seconds')).not.toBeNull();
    // Nothing in a label names a person or a thing of theirs.
    for (const part of [email, email.split('@')[0] ?? '', second.ticket, code, PASSWORD]) {
      expect(text).not.toContain(part);
    }
    expect(text).not.toMatch(/"[^"]*(@|[0-9a-f]{8}-[0-9a-f]{4})[^"]*"/);
  });

  it('count a lockout, after it is committed', async () => {
    const admin = await administrator(world);
    const { email } = await createUser(admin, { useTwoFactor: true });
    const client = world.client();
    for (const tries of [5, 5]) {
      const { ticket } = await login(client, email);
      const { id } = await client.ask(op.START, { input: { ticket, method: 'TOTP' } });
      for (let attempt = 0; attempt < tries; attempt += 1) {
        await client.ask(op.CONFIRM, { input: { ticket, enrollmentId: id, code: 'wrong!' } });
      }
    }
    await read();
    expect(value('lockouts_total')).toBe(1);
  });

  it('count errors of GraphQL by code, whatever a client writes', async () => {
    await world.client().send('{ me { id } }');
    await world.client().send('{ noSuchField }');
    await read();
    expect(value('graphql_errors_total{code="UNAUTHENTICATED"}')).toBe(1);
    expect(value('graphql_errors_total{code="BAD_REQUEST"}')).toBe(1);
    expect(text).not.toContain('noSuchField');
  });

  it('tell how long the audit has waited to be sealed', async () => {
    const sealer = world.app.get(AuditSealer, { strict: false });
    await sealer.sealPending();
    expect(await sealer.oldestUnsealedSeconds()).toBe(0);
    await login(world.client(), 'nobody@example.com', WRONG);
    world.clock.advance(40);
    const waited = await sealer.oldestUnsealedSeconds();
    // The loop of the process may have been quicker.
    expect([0, 40]).toContain(Math.round(waited));
  });
});
