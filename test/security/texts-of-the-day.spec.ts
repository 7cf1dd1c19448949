import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser, outcomeOf } from '../support/people.js';
import { begun, newPhone, serviceDesk, setTwoFactor, switchOn } from '../support/scenes.js';
import { type SmsSink, startSmsSink } from '../support/sms-sink.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

/** "A daily cap on texts by organization": what one person may not use up for everybody, and what nobody gets beyond. */
describe.each(ENGINES)('the daily cap on texts, on %s', (engine) => {
  const CAP = 4;
  let world: World;
  let desk: Client;
  let gateway: SmsSink;

  beforeAll(async () => {
    gateway = await startSmsSink();
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['SMS'] });
    const sms = { gatewayUrl: `${gateway.url}/send`, messageParameter: 'm', receiverParameter: 'r' };
    expect(await desk.ask(op.UPDATE_SETTINGS, { input: { sms } })).toMatchObject({ __typename: 'Settings' });
    await switchOn(desk);
    await world.dataSource.query(`UPDATE settings SET smsDailyCap = ${String(CAP)}`);
    await world.dataSource.query('UPDATE organizations SET version = version + 1');
    // The morning, so that no step of the clock below comes to the next day.
    const now = world.clock.now();
    world.clock.advance((24 + 8) * 3600 - (Math.floor(now.getTime() / 1000) % (24 * 3600)));
  }, 60_000);
  afterAll(async () => {
    await world.stop();
    await gateway.stop();
  });

  /** Somebody at a first sign-in, who asks for a text as often as they like. */
  async function person() {
    const { email } = await createUser(desk, { useTwoFactor: true, phone: newPhone() });
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    return async () => outcomeOf(await client.ask(op.START, { input: { ticket, method: 'SMS' } }));
  }

  it('is not used up by asking again and again, which is refused', async () => {
    const impatient = await person();
    expect(await impatient()).toBe('Enrollment');
    for (let again = 0; again < 3 * CAP; again += 1) expect(await impatient()).toBe('RESEND_TOO_SOON');
    for (let other = 1; other < CAP; other += 1) expect(await (await person())()).toBe('Enrollment');
  });

  it('then holds for everybody, until the next day', async () => {
    const late = await person();
    expect(await late()).toBe('DELIVERY_UNAVAILABLE');
    world.clock.advance(24 * 3600);
    expect(await (await person())()).toBe('Enrollment');
  });
});
