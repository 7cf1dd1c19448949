import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import { administrator, codeIn, createUser, login } from '../support/people.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('a mailed code on %s', (engine) => {
  let world: World;
  let smtp: SmtpSink;
  let redis: RedisServer | null = null;

  beforeAll(async () => {
    smtp = await startSmtpSink();
    // One of its own, so that it can be killed.
    redis = engine === 'mariadb' ? await startRedis() : null;
    const env = { SMTP_URL: smtp.url, ...(redis === null ? {} : { REDIS_URL: redis.url }) };
    world = await startWorld(engine, { env });
  });
  afterAll(async () => {
    await world.stop();
    await smtp.stop();
    await redis?.stop();
  });

  async function ticketOf(): Promise<{ email: string; ticket: string; client: ReturnType<World['client']> }> {
    const admin = await administrator(world);
    const { email } = await createUser(admin, { useTwoFactor: true });
    await admin.ask(op.ENABLE, { everyone: false });
    const client = world.client();
    const { ticket } = await login(client, email);
    return { email, ticket, client };
  }

  it('reaches a real SMTP server, in time and once', async () => {
    const { email, ticket, client } = await ticketOf();
    const { id } = await client.ask(op.START, { input: { ticket, method: 'EMAIL' } });
    const mail = await smtp.waitFor(({ to }) => to.includes(email), 5_000);
    expect(mail.subject).toBe('Your code for Countersign');
    expect(mail.text).toContain('90 seconds');
    const delivery = await client.ask(op.CODE_DELIVERY, { ticket });
    expect(delivery).toMatchObject({ method: 'EMAIL', delivery: expect.stringMatching(/SENDING|SENT/) });
    const confirmed = await client.ask(op.CONFIRM, { input: { ticket, enrollmentId: id, code: codeIn(mail.text) } });
    expect(confirmed.__typename).toBe('SignedIn');
    expect(smtp.mails.filter(({ to, subject }) => to.includes(email) && subject === mail.subject)).toHaveLength(1);
  });

  it('is not lost with the queue: Redis dies before the code is asked for', async () => {
    if (redis === null) return;
    const { email, ticket, client } = await ticketOf();
    await redis.kill();
    const began = Date.now();
    const started = await client.ask(op.START, { input: { ticket, method: 'EMAIL' } });
    expect(started.__typename).toBe('Enrollment');
    // The person does not wait for a dead queue.
    expect(Date.now() - began).toBeLessThan(2_000);
    const waiting = smtp.waitFor(({ to }) => to.includes(email), 20_000);
    // The clock of the world stands still, and the sweep looks for rows that were due a moment ago.
    const ticking = setInterval(() => world.clock.advance(1), 500);
    const mail = await waiting;
    clearInterval(ticking);
    await redis.restart();
    const { code } = { code: codeIn(mail.text) };
    const confirmed = await client.ask(op.CONFIRM, { input: { ticket, enrollmentId: started.id, code } });
    expect(confirmed.__typename).toBe('SignedIn');
  });

  it('is told when it could not be delivered, so that another way can be chosen', async () => {
    await smtp.setBehaviour('refuse-5xx');
    const { ticket, client } = await ticketOf();
    await client.ask(op.START, { input: { ticket, method: 'EMAIL' } });
    let delivery = { delivery: 'QUEUED' };
    for (let attempt = 0; attempt < 100 && delivery.delivery !== 'FAILED'; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (attempt % 5 === 4) world.clock.advance(1);
      delivery = await client.ask(op.CODE_DELIVERY, { ticket });
    }
    expect(delivery.delivery).toBe('FAILED');
    await smtp.setBehaviour('accept');
  });
});
