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

  it('by strangers become no cheaper by the sign-ins of the owner, at an address of theirs or by proving it again', async () => {
    const admin = await administrator(world);
    const { email } = await createUser(admin);
    const owner = from('198.51.100.9');
    owner.token = (await login(owner, email)).accessToken;
    for (let attempt = 0; attempt < 45; attempt += 1) {
      const stranger = from(`203.0.113.${String(110 + (attempt % 5))}`);
      expect((await login(stranger, email, WRONG)).code).toBe('INVALID_CREDENTIALS');
    }
    for (let time = 0; time < 5; time += 1) {
      expect((await login(owner, email)).__typename).toBe('SignedIn');
      const proof = await owner.ask(op.REAUTHENTICATE, { input: { password: PASSWORD } });
      expect(proof.__typename).toBe('Reauthenticated');
    }
    const outcomes: string[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      outcomes.push((await login(from(`203.0.113.${String(120 + attempt)}`), email, WRONG)).code);
    }
    // Fifty of the name, and not one more.
    expect(outcomes).toEqual([
      ...Array<string>(5).fill('INVALID_CREDENTIALS'),
      'TOO_MANY_ATTEMPTS',
      'TOO_MANY_ATTEMPTS',
    ]);
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

  it('from one network of IPv6 are one count, whichever of its addresses they come from', async () => {
    const admin = await administrator(world);
    const { email } = await createUser(admin);
    const customer = (host: number) => from(`2001:db8:7:1::${host.toString(16)}`);
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      expect((await login(customer(attempt), email, WRONG)).code).toBe('INVALID_CREDENTIALS');
    }
    expect((await login(customer(0xbeef), email, WRONG)).code).toBe('TOO_MANY_ATTEMPTS');
    expect((await login(from('2001:db8:7:2::1'), email, WRONG)).code).toBe('INVALID_CREDENTIALS');
  });

  it('sprayed over many names from one network of IPv6 end at the limit of an address', async () => {
    const outcomes = new Map<string, number>();
    for (let guess = 0; guess < 310; guess += 1) {
      const stranger = from(`2001:db8:8:1:${guess.toString(16)}::1`);
      const { code } = await login(stranger, `sprayed${String(guess)}@example.com`, WRONG);
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    }
    expect(Object.fromEntries(outcomes)).toEqual({ INVALID_CREDENTIALS: 300, TOO_MANY_ATTEMPTS: 10 });
  });

  it('in a stolen session end at ten, from however many addresses its thief guesses', async () => {
    const admin = await administrator(world);
    const { email } = await createUser(admin);
    const { accessToken } = await login(from('198.51.100.3'), email);
    const thief = (address: string) => Object.assign(from(address), { token: accessToken as string });
    const guess = async (address: string, password = WRONG) =>
      (await thief(address).ask(op.REAUTHENTICATE, { input: { password } })).code;
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await guess(`203.0.113.${String(10 + attempt)}`)).toBe('INVALID_CREDENTIALS');
    }
    expect(await guess('203.0.113.99', PASSWORD)).toBe('TOO_MANY_ATTEMPTS');
    // The owner, signed in elsewhere, is not held up by it.
    const owner = from('198.51.100.3');
    owner.token = (await login(owner, email)).accessToken;
    expect(await owner.ask(op.REAUTHENTICATE, { input: { password: PASSWORD } })).toMatchObject({
      __typename: 'Reauthenticated',
    });
  });
});
