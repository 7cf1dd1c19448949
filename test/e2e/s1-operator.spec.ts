import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { main } from '../../src/cli/main.js';
import { KeyRing } from '../../src/platform/crypto/index.js';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { enrollApp, login } from '../support/people.js';
import { auditOf, messagesTo, serviceDesk, setTwoFactor } from '../support/scenes.js';
import { TestClock } from '../support/test-clock.js';
import { ADMIN, ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('1.10 the operator’s command for the only administrator, on %s', (engine) => {
  const before = { ...process.env };
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    const keys = KeyRing.generate();
    // A command has the clock of its machine, and both have to agree on what is over.
    world = await startWorld(engine, { keyRing: KeyRing.parse(keys), clock: new TestClock(new Date()) });
    const { databaseUrl, redisUrl, publicUrl } = world.config;
    Object.assign(process.env, {
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl ?? '',
      PUBLIC_URL: publicUrl,
      SMTP_URL: 'smtp://127.0.0.1:9',
      SECRET_KEYS: keys,
      DATA_DIR: world.dataDir,
      LOG_LEVEL: 'silent',
    });
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP'] });
    await desk.ask(op.ENABLE, { everyone: true });
  });
  afterAll(async () => {
    process.env = before;
    await world.stop();
  });

  async function countersign(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    let out = '';
    let err = '';
    const io = {
      out: (text: string) => Promise.resolve(void (out += text)),
      err: (text: string) => void (err += text),
      secret: () => Promise.resolve(''),
    };
    const code = await main(COMMANDS, args, io);
    return { code, out, err };
  }
  const adminSignsIn = () => login(world.client(), ADMIN.email, ADMIN.password);

  it('takes the factor away with a reason, which is audited; the person is told, and sets up anew', async () => {
    const { client } = await enrollApp(world, ADMIN.email, ADMIN.password);
    const { id } = await client.ask(op.ME);
    expect(await adminSignsIn()).toMatchObject({ __typename: 'SecondFactorRequired' });

    const reason = 'Phone lost at sea; called back on the number of the contract.';
    const { code, out, err } = await countersign('factor', 'reset', ADMIN.email, '--reason', reason);
    expect({ code, out, err }).toMatchObject({ code: 0, out: expect.stringContaining(ADMIN.email), err: '' });

    expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
    const event = (await auditOf(desk, id)).find(({ key }) => key === 'factor.reset-by-operator');
    expect(event).toMatchObject({ actorEmail: null });
    expect(event?.facts).toContainEqual({ name: 'reason', value: reason });
    expect((await messagesTo(world, ADMIN.email)).map(({ template }) => template)).toContain('factor-reset');
    world.clock.advance(60);
    // Told by whichever worker finds the message: the command itself has ended.
    const told = async () =>
      (await world.mails()).some(({ to, subject }) => to === ADMIN.email && subject.includes('was reset'));
    for (let attempt = 0; attempt < 100 && !(await told()); attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await told()).toBe(true);

    expect(await adminSignsIn()).toMatchObject({ __typename: 'EnrollmentRequired' });
    await enrollApp(world, ADMIN.email, ADMIN.password);
  });

  it.each([
    ['without a reason', ['factor', 'reset', ADMIN.email], 2, '--reason is missing.'],
    ['with a blank for a reason', ['factor', 'reset', ADMIN.email, '--reason', ' '], 1, 'Give a reason'],
    ['of nobody', ['factor', 'reset', 'nobody@example.com', '--reason', 'Lost.'], 1, 'no user'],
    ['without an address', ['factor', 'reset', '--reason', 'Lost.'], 2, '<email> is missing.'],
  ])('%s it does nothing', async (_what, args, expected, sentence) => {
    const { code, out, err } = await countersign(...args);
    expect({ code, out }).toEqual({ code: expected, out: '' });
    expect(err).toContain(sentence);
    expect(await adminSignsIn()).toMatchObject({ __typename: 'SecondFactorRequired' });
  });

  it('says how it is used', async () => {
    const { code, out } = await countersign('factor', 'reset', '--help');
    expect(code).toBe(0);
    expect(out).toContain('--reason <text>');
  });
});
