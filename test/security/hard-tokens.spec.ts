import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser, outcomeOf } from '../support/people.js';
import { begun, serviceDesk, setTwoFactor, switchOn } from '../support/scenes.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('hard tokens, on %s', (engine) => {
  let world: World;
  let desk: Client;
  let made = 0;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    await setTwoFactor(desk, { methods: ['TOTP'], rememberBrowserDays: 30 });
    await switchOn(desk);
  }, 60_000);
  afterAll(() => world.stop());

  /** Somebody who has signed in with a token, and is in the middle of another sign-in with it. */
  async function holder() {
    made += 1;
    const serial = `HT-${String(made)}`;
    const seed = createHash('sha256').update(serial).digest();
    await desk.ask(op.IMPORT_TOKENS, { csv: `${serial},${seed.toString('hex')}` });
    const { nodes } = await desk.ask(op.TOKENS_IN_FULL, { first: 100 });
    const { id: tokenId } = nodes.find((each: { serial: string }) => each.serial === serial);
    const { id: userId, email } = await createUser(desk, { useTwoFactor: true });
    expect(await desk.ask(op.ASSIGN_TOKEN, { tokenId, userId })).toMatchObject({ state: 'ASSIGNED' });
    const press = authenticator(seed);
    const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
    const input = { ticket, method: 'TOTP', code: press(world.clock.now()), rememberBrowser: true };
    const opened = await client.ask(op.VERIFY, { input });
    expect(opened.__typename).toBe('SignedIn');
    client.token = opened.accessToken;
    world.clock.advance(30);
    const half = await begun(world, email, 'SecondFactorRequired');
    return { tokenId, userId, email, press, client, opened, half };
  }

  describe('sessions, trusted browsers and links that survive a reset', () => {
    it('a token that was reported lost takes along whatever was opened with it, as a reset does', async () => {
      const { tokenId, userId, email, press, client, opened, half } = await holder();
      expect(await desk.ask(op.RELEASE_TOKEN, { tokenId, lost: true })).toMatchObject({ state: 'LOST' });
      expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
      const refreshed = await world.client().ask(op.REFRESH, { token: opened.refreshToken });
      expect(outcomeOf(refreshed)).toBe('INVALID_CREDENTIALS');
      const input = { ticket: half.ticket, method: 'TOTP', code: press(world.clock.now()) };
      expect(outcomeOf(await half.client.ask(op.VERIFY, { input }))).toBe('TICKET_INVALID');
      await begun(world, email, 'EnrollmentRequired');
      const rows = await world.dataSource.query('SELECT endReason FROM sessions WHERE userId = ?', [userId]);
      expect(rows).toEqual([{ endReason: 'two-factor-reset' }]);
    });

    it('one that was handed in ends no session: nobody else has had it', async () => {
      const { tokenId, client, email } = await holder();
      expect(await desk.ask(op.RELEASE_TOKEN, { tokenId })).toMatchObject({ state: 'FREE' });
      expect(await client.ask(op.ME)).toMatchObject({ email });
    });
  });

  describe('the import keeps to what a request can carry', () => {
    const lines = (count: number, from: string) =>
      Array.from({ length: count }, (_, index) => {
        const serial = `${from}-2026-${String(index).padStart(8, '0')}`;
        return `${serial},${createHash('sha512').update(serial).digest('hex')},SHA512,8,60`;
      });

    it('takes five hundred lines of the longest usual kind, with a heading, in one request', async () => {
      const csv = ['serial,seed,algorithm,digits,period', ...lines(499, 'PART-ONE'), ''].join('\r\n');
      expect(await desk.ask(op.IMPORT_TOKENS, { csv })).toEqual({ imported: 499, problems: [] });
    });

    it('says of more what to do, and imports none of them', async () => {
      const csv = Array.from({ length: 501 }, (_, index) => `S${String(index)},${'ab'.repeat(20)}`).join('\n');
      const { imported, problems } = await desk.ask(op.IMPORT_TOKENS, { csv });
      expect(imported).toBe(0);
      expect(problems).toEqual(['There are more than 500 lines: import the list in parts.']);
    });

    it('a body beyond the limit is refused with the limit in words', async () => {
      const { status, errors } = await desk.send(op.IMPORT_TOKENS, { csv: lines(700, 'TOO-MUCH').join('\n') });
      expect(status).toBe(413);
      expect(errors?.[0]?.message).toContain('100 kB');
    });
  });
});
