import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import { administrator, createUser, login, PASSWORD } from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const WRONG = 'not the password of anybody here';

describe.each(ENGINES)('wrong passwords on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    // Behind one proxy, so that a test can come from several addresses.
    world = await startWorld(engine, { env: { TRUST_PROXY: '1' } });
  });
  afterAll(() => world.stop());

  const from = (address: string) => world.client({ 'x-forwarded-for': address });

  it('are counted by name and address, for unknown names in the same way', async () => {
    const admin = await administrator(world);
    const { email } = await createUser(admin);
    for (const name of [email, 'nobody@example.com']) {
      const stranger = from('203.0.113.7');
      for (let attempt = 0; attempt < 10; attempt += 1) {
        expect((await login(stranger, name, WRONG)).code).toBe('INVALID_CREDENTIALS');
      }
      const refused = await login(stranger, name, WRONG);
      expect(refused).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', retryAt: expect.any(String) });
      world.clock.advance(901);
      expect((await login(stranger, name, WRONG)).code).toBe('INVALID_CREDENTIALS');
    }
  });

  it('by a stranger never lock the owner out who has signed in at their address before', async () => {
    const admin = await administrator(world);
    const { email } = await createUser(admin);
    const owner = from('198.51.100.1');
    expect((await login(owner, email)).__typename).toBe('SignedIn');
    for (let address = 1; address <= 5; address += 1) {
      const stranger = from(`203.0.113.${String(100 + address)}`);
      for (let attempt = 0; attempt < 10; attempt += 1) await login(stranger, email, WRONG);
    }
    expect((await login(from('203.0.113.200'), email)).code).toBe('TOO_MANY_ATTEMPTS');
    expect((await login(owner, email, PASSWORD)).__typename).toBe('SignedIn');
  });

  it('are no more evaluated than the limit when two hundred come at once', async () => {
    const admin = await administrator(world);
    const { email } = await createUser(admin);
    const before = world.hasher.verifications;
    const stranger = from('203.0.113.9');
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => login(stranger, email, WRONG)));
    expect(world.hasher.verifications - before).toBe(10);
    expect(outcomes.filter(({ code }) => code === 'INVALID_CREDENTIALS')).toHaveLength(10);
  });

  it('count at reauthentication as well, and do not touch the count of factors', async () => {
    const admin = await administrator(world);
    const { email, id } = await createUser(admin);
    const client = from('198.51.100.2');
    client.token = (await login(client, email)).accessToken;
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const refused = await client.ask(op.REAUTHENTICATE, { input: { password: WRONG } });
      expect(refused.code).toBe('INVALID_CREDENTIALS');
    }
    expect((await client.ask(op.REAUTHENTICATE, { input: { password: PASSWORD } })).code).toBe('TOO_MANY_ATTEMPTS');
    expect((await admin.ask(op.USER, { id })).twoFactor.lockedUntil).toBeNull();
  });
});
