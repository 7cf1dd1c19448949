import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import {
  auditOf,
  createUser,
  enrollApp,
  enrollSignedIn,
  login,
  organization,
  outcomeOf,
  reauthenticate,
  settle,
  signedIn,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('recovery codes, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  async function person() {
    const { admin } = await organization(world);
    const { id, email } = await createUser(admin);
    const client = await signedIn(world, email);
    return { admin, id: id as string, email: email as string, client, ...(await enrollSignedIn(world, client)) };
  }

  async function use(email: string, code: string) {
    const client = world.client();
    const { ticket } = await login(client, email);
    return client.ask(op.VERIFY, { input: { ticket, method: 'RECOVERY_CODE', code } });
  }

  it('are ten, all different, of at least 64 bits', async () => {
    const { recoveryCodes } = await person();
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) {
      // 32 characters to choose from are five bits each.
      expect(code.replace(/[^0-9a-z]/gi, '').length * 5).toBeGreaterThanOrEqual(64);
    }
  });

  it('open the account once each', async () => {
    const { admin, id, email, recoveryCodes } = await person();
    const [first, second] = recoveryCodes;
    expect(await use(email, first!)).toMatchObject({ __typename: 'SignedIn', amr: ['pwd', 'recovery'] });
    expect(outcomeOf(await use(email, first!))).toBe('OTP_INVALID');
    expect((await admin.ask(op.USER, { id })).twoFactor.recoveryCodesLeft).toBe(9);
    expect(outcomeOf(await use(email, second!))).toBe('SignedIn');
    expect(await auditOf(admin, { key: 'recovery-code.used', subjectId: id })).toHaveLength(2);
  });

  it('are taken as people type them, and not otherwise', async () => {
    const { email, recoveryCodes } = await person();
    const [one, two, three] = recoveryCodes as [string, string, string];
    expect(outcomeOf(await use(email, one.toLowerCase()))).toBe('SignedIn');
    expect(outcomeOf(await use(email, ` ${two.replaceAll('-', ' ')} `))).toBe('SignedIn');
    const flipped = three.slice(0, -1) + (three.endsWith('2') ? '3' : '2');
    for (const wrong of [flipped, three.slice(0, -1), '', 'x'.repeat(2000), three + three]) {
      expect(outcomeOf(await use(email, wrong))).toBe('OTP_INVALID');
    }
    expect(outcomeOf(await use(email, three))).toBe('SignedIn');
  });

  it('belong to one person', async () => {
    const mine = await person();
    const yours = await person();
    expect(outcomeOf(await use(yours.email, mine.recoveryCodes[0]!))).toBe('OTP_INVALID');
    expect(outcomeOf(await use(mine.email, mine.recoveryCodes[0]!))).toBe('SignedIn');
  });

  it('are kept as salted hashes', async () => {
    const { id, recoveryCodes } = await person();
    const rows = await world.dataSource.query<{ codeHash: string }[]>(
      `SELECT * FROM recovery_codes WHERE userId = '${id}'`,
    );
    expect(new Set(rows.map(({ codeHash }) => codeHash)).size).toBe(10);
    const stored = JSON.stringify(rows).toLowerCase();
    for (const code of recoveryCodes) {
      const bare = code.replace(/[^0-9a-z]/gi, '').toLowerCase();
      expect(stored).not.toContain(code.toLowerCase());
      // The first part finds the row; what has to be secret is the rest.
      expect(stored).not.toContain(bare.slice(-8));
    }
  });

  it('are renewed as a set, shown once, and the old ones are gone', async () => {
    const { admin, id, email, client, recoveryCodes } = await person();
    const { codes } = await client.ask(op.RENEW_CODES);
    expect(codes).toHaveLength(10);
    expect(codes.filter((code: string) => recoveryCodes.includes(code))).toEqual([]);
    expect(outcomeOf(await use(email, recoveryCodes[0]!))).toBe('OTP_INVALID');
    expect(outcomeOf(await use(email, codes[0]))).toBe('SignedIn');
    expect(await auditOf(admin, { key: 'recovery-codes.renewed', subjectId: id })).toHaveLength(1);
  });

  it('stand beside a factor: none without one, offered after the others, gone with the last', async () => {
    const { admin } = await organization(world);
    const { email } = await createUser(admin, { useTwoFactor: false });
    const client = await signedIn(world, email);
    expect(outcomeOf(await client.ask(op.RENEW_CODES))).toBe('METHOD_NOT_ALLOWED');
    const { factorId } = await enrollSignedIn(world, client);
    const asked = await login(world.client(), email);
    expect(asked).toMatchObject({ preferred: 'TOTP' });
    expect(asked.methods.map(({ method }: { method: string }) => method)).toEqual(['TOTP', 'RECOVERY_CODE']);
    const { twoFactor } = await client.ask(op.REMOVE_FACTOR, { id: factorId });
    expect(twoFactor.recoveryCodesLeft).toBe(0);
    const { recoveryCodes } = await enrollSignedIn(world, client);
    expect(recoveryCodes).toHaveLength(10);
  });

  it('are no second factor where the factor that they stand beside is not allowed any more', async () => {
    const { admin, email, recoveryCodes } = await person();
    await settle(admin, { methods: ['EMAIL'] });
    const client = world.client();
    const asked = await login(client, email);
    expect(asked.__typename).toBe('EnrollmentRequired');
    expect(asked.methods.map(({ method }: { method: string }) => method)).toEqual(['EMAIL']);
    const input = { ticket: asked.ticket, method: 'RECOVERY_CODE', code: recoveryCodes[0] };
    expect((await client.ask(op.VERIFY, { input })).__typename).toBe('Refused');
  });

  it('come with a first enrollment at sign-in as well, and not with a second factor', async () => {
    const { admin } = await organization(world, 'everyone');
    const { email } = await createUser(admin);
    const { client, app, recoveryCodes } = await enrollApp(world, email);
    expect(recoveryCodes).toHaveLength(10);
    world.clock.advance(30);
    await reauthenticate(client, undefined, { method: 'TOTP', code: app(world.clock.now()) });
    const codes = await client.ask(op.ME);
    expect(codes.twoFactor.recoveryCodesLeft).toBe(10);
  });

  it('a wrong one counts as any other wrong factor', async () => {
    const { email, app } = await person();
    const client = world.client();
    const { ticket } = await login(client, email);
    for (const attemptsLeft of [4, 3, 2, 1, 0]) {
      const input = { ticket, method: 'RECOVERY_CODE', code: 'AAAA-BBBB-CCCC-DDDD' };
      expect(await client.ask(op.VERIFY, { input })).toMatchObject({ code: 'OTP_INVALID', attemptsLeft });
    }
    world.clock.advance(30);
    const input = { ticket, method: 'TOTP', code: app(world.clock.now()) };
    expect(outcomeOf(await client.ask(op.VERIFY, { input }))).toBe('TOO_MANY_ATTEMPTS');
  });

  it('serve to reauthenticate where the phone is lost', async () => {
    const { email, recoveryCodes } = await person();
    const client = world.client();
    const { ticket } = await login(client, email);
    const first = await client.ask(op.VERIFY, { input: { ticket, method: 'RECOVERY_CODE', code: recoveryCodes[0] } });
    client.token = first.accessToken;
    await reauthenticate(client, undefined, { method: 'RECOVERY_CODE', code: recoveryCodes[1] });
    expect((await client.ask(op.RESET_MINE)).twoFactor.enrolled).toBe(false);
  });
});
