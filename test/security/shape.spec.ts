import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Argon2Hasher } from '../../src/platform/crypto/index.js';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser, login, newAddress, PASSWORD, updateUser } from '../support/people.js';
import { slowerThan } from '../support/rank-test.js';
import { serviceDesk } from '../support/scenes.js';
import { startWorld, type World } from '../support/world.js';

const LONG = process.env.COUNTERSIGN_LONG === '1';
/** Interleaved, so that whatever else the machine does falls on all of them alike. */
const SAMPLES = LONG ? 300 : 30;

describe('unknown, wrong, throttled and deactivated', () => {
  let world: World;
  let desk: Client;
  const addresses = { known: '', inactive: '', passwordless: '', service: '', unknown: 'nobody-at-all@example.com' };

  beforeAll(async () => {
    world = await startWorld('sqlite', { hasher: new Argon2Hasher() });
    desk = await serviceDesk(world);
    addresses.known = (await createUser(desk)).email;
    const inactive = await createUser(desk);
    addresses.inactive = inactive.email;
    await updateUser(desk, inactive.id, { active: false });
    addresses.passwordless = (await createUser(desk, { password: undefined })).email;
    addresses.service = (await createUser(desk, { kind: 'SERVICE', password: undefined })).email;
  }, 60_000);
  afterAll(() => world.stop());

  const answer = async (email: string, password: string) => {
    const { data, errors, status, cookies } = await world.client().send(op.LOGIN, { input: { email, password } });
    return JSON.stringify({ data, errors, status, cookies });
  };
  const forget = () => world.dataSource.query('DELETE FROM password_throttles');

  it('are answered in the same text and shape', async () => {
    const wrong = 'not the right password at all';
    const answers = await Promise.all([
      answer(addresses.known, wrong),
      answer(addresses.unknown, wrong),
      answer(addresses.inactive, wrong),
      answer(addresses.inactive, PASSWORD),
      answer(addresses.passwordless, wrong),
      answer(addresses.service, wrong),
      answer('', ''),
      answer('x'.repeat(5_000), wrong),
      answer(addresses.known, 'y'.repeat(5_000)),
    ]);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('INVALID_CREDENTIALS');
    await forget();
  });

  it('are throttled in the same text and shape too, whether there is such an account or not', async () => {
    const outcomes: Record<string, string[]> = {};
    for (const [name, email] of Object.entries(addresses)) {
      const answers: string[] = [];
      outcomes[name] = answers;
      for (let guess = 0; guess < 12; guess += 1) {
        const client = world.client();
        const result = await login(client, email, 'a guess that is wrong');
        answers.push(JSON.stringify(result));
      }
      await forget();
    }
    const [first, ...others] = Object.values(outcomes);
    expect(first?.at(-1)).toContain('TOO_MANY_ATTEMPTS');
    for (const other of others) expect(other).toEqual(first);
  }, 60_000);

  it(
    'take the same time, by rank',
    async () => {
      const times: Record<string, number[]> = { known: [], unknown: [], inactive: [], passwordless: [] };
      for (let sample = 0; sample < SAMPLES; sample += 1) {
        for (const name of Object.keys(times).sort(() => Math.random() - 0.5)) {
          const email = name === 'unknown' ? newAddress('nobody') : addresses[name as keyof typeof addresses];
          const begun = performance.now();
          await answer(email, 'a guess that is wrong');
          times[name]?.push(performance.now() - begun);
        }
        if (sample % 5 === 4) await forget();
      }
      for (const name of ['unknown', 'inactive', 'passwordless']) {
        const { z } = slowerThan(times[name] ?? [], times.known ?? []);
        // Beyond 4 a difference of this many samples is one in sixteen thousand by chance.
        expect({ name, z: Math.abs(z) < 4 ? 'alike' : z }).toEqual({ name, z: 'alike' });
      }
    },
    LONG ? 900_000 : 60_000,
  );

  it('the rank test sees a difference where there is one', () => {
    const base = Array.from({ length: 60 }, (_, index) => 20 + (index % 7));
    expect(Math.abs(slowerThan(base, base).z)).toBeLessThan(1);
    expect(
      slowerThan(
        base.map((time) => time + 5),
        base,
      ).z,
    ).toBeGreaterThan(4);
  });
});
