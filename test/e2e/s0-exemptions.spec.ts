import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { administrator, createUser, enrollApp, login, reauthenticate } from '../support/people.js';
import { begun, roleNamed, serviceDesk, setTwoFactor, withToken } from '../support/scenes.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('0.6 portal users and API access are not asked, on %s', (engine) => {
  let world: World;
  let desk: Client;
  let admin: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    admin = await administrator(world);
    // All is ticked: whoever is not exempt is asked.
    await desk.ask(op.ENABLE, { everyone: true });
  });
  afterAll(() => world.stop());

  describe('portal users', () => {
    const portalUser = (input: Record<string, unknown> = {}) => createUser(desk, { kind: 'PORTAL', ...input });

    it('sign in by password alone while members are asked', async () => {
      const { id, email } = await portalUser();
      const { email: member } = await createUser(desk);
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn', amr: ['pwd'] });
      await begun(world, member, 'EnrollmentRequired');
      expect(await desk.ask(op.EXPLAIN, { id })).toMatchObject({ required: false, outcome: 'EXEMPT' });
    });

    it('even where "Use 2FA" is YES, while the exemption stands; without it they are asked', async () => {
      const { email } = await portalUser({ useTwoFactor: true });
      const { email: other } = await portalUser();
      expect(await login(world.client(), email)).toMatchObject({ __typename: 'SignedIn' });
      await setTwoFactor(desk, { exemptPortalUsers: false });
      expect((await begun(world, email, 'EnrollmentRequired')).result.reasons).toMatchObject([{ rule: 'user' }]);
      // All is for members: a portal user is asked by what was given to them on purpose.
      expect(await login(world.client(), other)).toMatchObject({ __typename: 'SignedIn' });
      await setTwoFactor(desk, { exemptPortalUsers: true });
    });

    it('are asked through a role that was given to them on purpose', async () => {
      const role = await desk.ask(op.CREATE_ROLE, { input: { name: 'Key customers', requireTwoFactor: true } });
      const { email } = await portalUser({ roleIds: [role.id] });
      expect((await begun(world, email, 'EnrollmentRequired')).result.reasons).toMatchObject([{ rule: 'role' }]);
    });

    it('who set up a factor of their own are held to it', async () => {
      const { email } = await portalUser();
      const client = world.client();
      client.token = (await login(client, email)).accessToken;
      await reauthenticate(client);
      const { id: enrollmentId, totp } = await client.ask(op.START, { input: { method: 'TOTP' } });
      const code = authenticator(totp.secret as string)(world.clock.now());
      expect(await client.ask(op.CONFIRM, { input: { enrollmentId, code } })).toMatchObject({
        __typename: 'FactorAdded',
      });
      expect((await begun(world, email, 'SecondFactorRequired')).result.reasons).toMatchObject([{ rule: 'enrolled' }]);
    });

    it('can hold no role that carries a permission, so that the exemption opens nothing', async () => {
      const { id: roleId } = await roleNamed(desk, 'Administrator');
      const input = { email: 'portal@example.com', displayName: 'Portal', kind: 'PORTAL', roleIds: [roleId] };
      expect(await desk.ask(op.CREATE_USER, { input })).toMatchObject({ code: 'NOT_GRANTABLE' });
      const { id } = await portalUser();
      const change = { id, input: { roleIds: [roleId] } };
      expect(await desk.ask(op.UPDATE_USER, change)).toMatchObject({ code: 'NOT_GRANTABLE' });
    });
  });

  describe('API access', () => {
    /** Keys are made by a signed-in person alone. */
    async function robot(more: Record<string, unknown> = {}) {
      await reauthenticate(admin, 'violet anchors drift slowly');
      const reader = await desk.ask(op.CREATE_ROLE, {
        input: {
          name: `Readers ${String(world.clock.now().getTime())}`,
          permissions: ['USERS_READ'],
          visibility: 'ALL',
        },
      });
      world.clock.advance(1);
      const user = await createUser(admin, { kind: 'SERVICE', password: undefined, roleIds: [reader.id] });
      const result = await admin.ask(op.CREATE_API_KEY, { id: user.id, name: 'Nightly', ...more });
      expect(result.__typename).toBe('ApiKeyCreated');
      return { user, client: withToken(world, result.key), key: result.key as string, apiKey: result.apiKey };
    }

    it('needs its key and nothing else', async () => {
      const { client, user } = await robot();
      expect(await client.ask(op.ME)).toMatchObject({ id: user.id, kind: 'SERVICE', twoFactor: { required: false } });
      expect((await client.ask(op.USERS)).totalCount).toBeGreaterThan(1);
    });

    it('is no door for a person: a service user has no password, and a person no key', async () => {
      const { user } = await robot();
      expect(await login(world.client(), user.email, '')).toMatchObject({ code: 'INVALID_CREDENTIALS' });
      expect(await login(world.client(), user.email)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
      const member = await createUser(desk);
      expect(await admin.ask(op.CREATE_API_KEY, { id: member.id, name: 'Mine' })).toMatchObject({
        code: 'INVALID_VALUE',
      });
    });

    it('is held to the roles of its user, and cannot act on an account of its own', async () => {
      const { client } = await robot();
      expect(await client.errorOf(op.DISABLE)).toBe('FORBIDDEN');
      expect(await client.errorOf(op.START, { input: { method: 'TOTP' } })).toBe('FORBIDDEN');
      expect(await client.errorOf(op.SET_USE, { use: true })).toBe('FORBIDDEN');
    });

    it('ends when its key is revoked, has expired, or its user is deactivated', async () => {
      const revoked = await robot();
      await admin.ask(op.REVOKE_API_KEY, { id: revoked.apiKey.id });
      expect(await revoked.client.errorOf(op.ME)).toBe('UNAUTHENTICATED');

      const expiring = await robot({ expiresAt: new Date(world.clock.now().getTime() + 60_000).toISOString() });
      world.clock.advance(50);
      expect(await expiring.client.ask(op.ME)).toMatchObject({ kind: 'SERVICE' });
      world.clock.advance(10);
      expect(await expiring.client.errorOf(op.ME)).toBe('UNAUTHENTICATED');

      const idle = await robot();
      await desk.ask(op.UPDATE_USER, { id: idle.user.id, input: { active: false } });
      expect(await idle.client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
      expect(await withToken(world, `${idle.key}x`).errorOf(op.ME)).toBe('UNAUTHENTICATED');
    });

    it('a ticket is no key: a half-finished sign-in opens nothing', async () => {
      const { email } = await createUser(desk);
      const { ticket } = await begun(world, email, 'EnrollmentRequired');
      expect(await withToken(world, ticket).errorOf(op.ME)).toBe('UNAUTHENTICATED');
      await enrollApp(world, email);
    });
  });
});
