import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { administrator, createUser, enrollApp, login } from '../support/people.js';
import { begun, roleNamed, serviceDesk, tickAll } from '../support/scenes.js';
import { ADMIN, ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('the switch for everyone and for roles, on %s', (engine) => {
  let world: World;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
  });
  afterAll(() => world.stop());

  const isTicked = async (): Promise<boolean> => (await roleNamed(desk, 'All')).requireTwoFactor;

  describe('0.4 switching on ticks the role All', () => {
    beforeEach(async () => {
      await desk.ask(op.DISABLE);
      await tickAll(desk, false);
    });

    it('which it is not at first', async () => {
      const { email } = await createUser(desk);
      expect(await isTicked()).toBe(false);
      expect(await desk.ask(op.SETTINGS)).toMatchObject({ twoFactor: { enabled: false } });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn', amr: ['pwd'] });
    });

    it('so that everybody is asked, administrators included', async () => {
      const { email } = await createUser(desk);
      const admin = await administrator(world);
      expect(await admin.ask(op.ENABLE)).toMatchObject({ __typename: 'Settings', twoFactor: { enabled: true } });
      expect(await isTicked()).toBe(true);
      const asked = {
        __typename: 'EnrollmentRequired',
        canDecline: false,
        reasons: [{ rule: 'role', sentence: 'The role All requires a second factor.' }],
      };
      expect(await login(world.client(), email)).toMatchObject(asked);
      expect(await login(world.client(), ADMIN.email, ADMIN.password)).toMatchObject(asked);
    });

    it('and no later saving ticks it again', async () => {
      await desk.ask(op.ENABLE);
      await tickAll(desk, false);
      for (const input of [
        { twoFactor: { codeSeconds: 120 } },
        { twoFactor: { methods: ['TOTP', 'EMAIL'], issuer: 'Harbour' } },
        { email: { fromName: 'Harbour' } },
        { sms: { senderName: 'Harbour' } },
      ]) {
        expect(await desk.ask(op.UPDATE_SETTINGS, { input })).toMatchObject({ __typename: 'Settings' });
      }
      for (const everyone of [true, undefined, false]) {
        expect(await desk.ask(op.ENABLE, { everyone })).toMatchObject({ __typename: 'Settings' });
      }
      const until = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
      expect(await desk.ask(op.SUSPEND, { until, reason: 'The token server moves.' })).toMatchObject({
        __typename: 'Settings',
      });
      expect(await desk.ask(op.RESUME)).toMatchObject({ twoFactor: { enabled: true, suspendedUntil: null } });
      expect(await isTicked()).toBe(false);
      const { email } = await createUser(desk);
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
    });

    it('nor does switching off untick it, or switching on without everyone change it', async () => {
      await desk.ask(op.ENABLE);
      await desk.ask(op.DISABLE);
      expect(await isTicked()).toBe(true);
      await tickAll(desk, false);
      await desk.ask(op.ENABLE, { everyone: false });
      expect(await isTicked()).toBe(false);
    });

    it('ends a session that has no second factor at its next refresh', async () => {
      const { email } = await createUser(desk);
      const client = world.client();
      const { accessToken, refreshToken } = await login(client, email);
      client.token = accessToken;
      await desk.ask(op.ENABLE);
      expect(await client.ask(op.REFRESH, { token: refreshToken })).toMatchObject({ __typename: 'Refused' });
      expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
    });

    it('is not for everybody to do', async () => {
      const { email } = await createUser(desk);
      const client = world.client();
      client.token = (await login(client, email)).accessToken;
      expect(await client.errorOf(op.ENABLE)).toBe('FORBIDDEN');
      expect(await world.client().errorOf(op.ENABLE)).toBe('UNAUTHENTICATED');

      const idle = world.client();
      idle.token = (await login(idle, ADMIN.email, ADMIN.password)).accessToken;
      expect(await idle.errorOf(op.ENABLE)).toBe('REAUTHENTICATION_REQUIRED');
      expect(await desk.ask(op.SETTINGS)).toMatchObject({ twoFactor: { enabled: false } });
      expect(await isTicked()).toBe(false);
    });
  });

  describe('0.5 All unticked, other roles ticked', () => {
    let accounts: { id: string };
    let finance: { id: string };

    beforeAll(async () => {
      await desk.ask(op.ENABLE, { everyone: false });
      await tickAll(desk, false);
      accounts = await desk.ask(op.CREATE_ROLE, { input: { name: 'Accounts Manager', requireTwoFactor: true } });
      finance = await desk.ask(op.CREATE_GROUP, { input: { name: 'Finance', roleIds: [accounts.id] } });
    });

    it('only who has them is asked: directly, or through a group', async () => {
      const direct = await createUser(desk, { roleIds: [accounts.id] });
      const grouped = await createUser(desk, { groupIds: [finance.id] });
      const neither = await createUser(desk);
      expect((await begun(world, direct.email, 'EnrollmentRequired')).result.reasons).toEqual([
        { rule: 'role', sentence: 'The role Accounts Manager requires a second factor.' },
      ]);
      expect((await begun(world, grouped.email, 'EnrollmentRequired')).result.reasons).toEqual([
        {
          rule: 'group-role',
          sentence: 'The role Accounts Manager, held through the group Finance, requires a second factor.',
        },
      ]);
      expect(await login(world.client(), neither.email)).toMatchObject({ __typename: 'SignedIn' });
      expect(await login(world.client(), ADMIN.email, ADMIN.password)).toMatchObject({ __typename: 'SignedIn' });

      const explained = await desk.ask(op.EXPLAIN, { id: grouped.id });
      expect(explained).toMatchObject({ required: true, outcome: 'ENROLL' });
      expect(explained.trace.find(({ decisive }: { decisive: boolean }) => decisive)).toMatchObject({
        rule: 'group-role',
      });
    });

    it('who is not asked any more gets in, also with a ticket in hand; and is asked again when it is ticked', async () => {
      const { id, email } = await createUser(desk, { roleIds: [accounts.id] });
      const { client, ticket } = await begun(world, email, 'EnrollmentRequired');
      await desk.ask(op.UPDATE_USER, { id, input: { roleIds: [] } });
      const input = { ticket, method: 'TOTP', code: '000000' };
      expect(await client.ask(op.VERIFY, { input })).toMatchObject({ __typename: 'SignedIn', amr: ['pwd'] });
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });

      await desk.ask(op.UPDATE_USER, { id, input: { groupIds: [finance.id] } });
      await begun(world, email, 'EnrollmentRequired');
    });

    it('a role that begins to require it asks its people at once, and those who had set up need not again', async () => {
      const role = await desk.ask(op.CREATE_ROLE, { input: { name: 'Buyers' } });
      const user = await createUser(desk, { roleIds: [role.id] });
      expect(await login(world.client(), user.email)).toMatchObject({ __typename: 'SignedIn' });
      await desk.ask(op.UPDATE_ROLE, { id: role.id, input: { requireTwoFactor: true } });
      await enrollApp(world, user.email);
      await desk.ask(op.UPDATE_ROLE, { id: role.id, input: { requireTwoFactor: false } });
      await desk.ask(op.UPDATE_ROLE, { id: role.id, input: { requireTwoFactor: true } });
      await begun(world, user.email, 'SecondFactorRequired');
    });

    it('All itself can be ticked, and nothing else of it can be changed', async () => {
      const { id } = await roleNamed(desk, 'All');
      for (const input of [{ name: 'Everyone' }, { permissions: ['USERS_WRITE'] }, { visibility: 'ALL' }]) {
        expect(await desk.ask(op.UPDATE_ROLE, { id, input })).toMatchObject({ code: 'BUILT_IN' });
      }
      expect(await desk.ask(op.DELETE_ROLE, { id })).toMatchObject({ code: 'BUILT_IN' });
    });

    it('who may only manage users cannot tick a role', async () => {
      const helpers = await desk.ask(op.CREATE_ROLE, { input: { name: 'Help desk', permissions: ['USERS_WRITE'] } });
      const { email } = await createUser(desk, { roleIds: [helpers.id] });
      const client = world.client();
      client.token = (await login(client, email)).accessToken;
      const input = { requireTwoFactor: false };
      expect(await client.errorOf(op.UPDATE_ROLE, { id: accounts.id, input })).toBe('FORBIDDEN');
    });
  });
});
