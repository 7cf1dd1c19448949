import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { type Installation, startInstallation } from './installation.js';
import { judge } from './judge.js';
import { Traffic } from './traffic.js';

const LONG = process.env.COUNTERSIGN_LONG === '1';
const LOAD_MS = LONG ? 30_000 : 3_000;

/** One machine of each kind has a clock that is wrong by three steps of an app; the others are right. */
describe('one API process and one worker whose clocks are off', () => {
  let installation: Installation | null = null;
  beforeAll(async () => {
    installation = await startInstallation(
      LONG ? { TOTP: 6_000, EMAIL: 2_000, SMS: 0 } : { TOTP: 900, EMAIL: 300, SMS: 0 },
    );
  }, 120_000);
  afterAll(() => installation?.stop(), 60_000);

  it.each([90, -90])(
    'opens no session without its factor and loses no message, at %d seconds',
    async (shiftSeconds) => {
      if (installation === null) return;
      const { apis, workers } = installation;
      await Promise.all([apis[1].kill(), workers[1].kill()]);
      await Promise.all([apis[1].start(shiftSeconds), workers[1].start(shiftSeconds)]);
      const traffic = new Traffic(installation);
      traffic.start(3);
      await pause(LOAD_MS);
      await traffic.stop();
      // A shifted worker goes by its own clock for what is due and what has expired; the others find what it leaves.
      await judge(installation, traffic.answers, 200_000);
      expect(await traffic.signIn(installation.next('TOTP'), [apis[0].url])).toBe(true);
    },
    240_000,
  );

  it('accepts no code twice, by whichever clock', async () => {
    if (installation === null) return;
    const { apis } = installation;
    const person = installation.next('TOTP');
    const traffic = new Traffic(installation);
    const spent = person.code(new Date());
    const again = { ...person, code: () => spent };
    expect(await traffic.signIn(again, [apis[0].url])).toBe(true);
    expect(await traffic.signIn(again, [apis[0].url])).toBe(false);
    expect(await traffic.signIn(again, [apis[1].url])).toBe(false);
  }, 30_000);
});
