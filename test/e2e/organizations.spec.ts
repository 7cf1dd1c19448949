import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SetupService } from '../../src/administration/index.js';
import * as op from '../support/operations.js';
import {
  auditOf,
  createGroup,
  createRole,
  createUser,
  enrollApp,
  enrollSignedIn,
  login,
  organization,
  outcomeOf,
  PASSWORD,
  settle,
  signedIn,
  tokenIn,
  mailTo,
} from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

/** Every row belongs to one organization; nothing crosses. */
describe.each(ENGINES)('organizations, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.stop());

  it('every id of another organization is as one that is unknown', async () => {
    const ours = (await organization(world)).admin;
    const theirs = (await organization(world)).admin;
    const user = await createUser(theirs);
    const service = await createUser(theirs, { kind: 'SERVICE', password: undefined, canToggleTwoFactor: false });
    const role = await createRole(theirs, { permissions: ['USERS_READ'] });
    const group = await createGroup(theirs, [role.id]);
    const { apiKey } = await theirs.ask(op.CREATE_API_KEY, { id: service.id, name: 'Sync' });
    const { application } = await theirs.ask(op.CREATE_APPLICATION, { name: 'App', kind: 'MOBILE' });
    await theirs.ask(op.IMPORT_TOKENS, { csv: 'T-1,3132333435363738393031323334353637383930' });
    const token = (await theirs.ask(op.TOKENS)).nodes[0];
    const person = await signedIn(world, user.email);
    const { factorId } = await enrollSignedIn(world, person);
    const [session] = await person.ask(op.MY_SESSIONS);
    await theirs.ask(op.SEND_ACTIVATION, { id: user.id });
    const message = (await theirs.ask(op.MESSAGES)).nodes[0];
    const own = await ours.ask(op.ME);
    const ownGroup = await createGroup(ours);

    const foreign: [string, Record<string, unknown>][] = [
      [op.USER, { id: user.id }],
      [op.EXPLAIN, { id: user.id }],
      [op.UPDATE_USER, { id: user.id, input: { displayName: 'Caught' } }],
      [op.RESET_USER, { id: user.id }],
      [op.DISABLE_USER, { id: user.id }],
      [op.UNLOCK_USER, { id: user.id }],
      [op.SEND_ACTIVATION, { id: user.id }],
      [op.CREATE_API_KEY, { id: service.id, name: 'Caught' }],
      [op.REVOKE_API_KEY, { id: apiKey.id }],
      [op.UPDATE_ROLE, { id: role.id, input: { name: 'Caught' } }],
      [op.DELETE_ROLE, { id: role.id }],
      [op.UPDATE_GROUP, { id: group.id, input: { name: 'Caught' } }],
      [op.DELETE_GROUP, { id: group.id }],
      [op.DELETE_APPLICATION, { id: application.id }],
      [op.ASSIGN_TOKEN, { tokenId: token.id, userId: own.id }],
      [op.RELEASE_TOKEN, { tokenId: token.id }],
      [op.RETRY_MESSAGE, { id: message.id }],
      [op.REMOVE_FACTOR, { id: factorId }],
      [op.REVOKE_SESSION, { id: session.id }],
      [op.CREATE_USER, { input: { email: 'x1@example.com', displayName: 'X', roleIds: [role.id] } }],
      [op.CREATE_USER, { input: { email: 'x2@example.com', displayName: 'X', groupIds: [group.id] } }],
      [op.UPDATE_USER, { id: own.id, input: { groupIds: [group.id] } }],
      [op.UPDATE_GROUP, { id: ownGroup.id, input: { roleIds: [role.id] } }],
      [op.CREATE_GROUP, { input: { name: 'Caught', roleIds: [role.id] } }],
      [op.PREVIEW, { change: { roleId: role.id, roleRequiresTwoFactor: true } }],
      [op.PREVIEW, { change: { groupId: group.id, groupRoleIds: [] } }],
    ];
    for (const [document, variables] of foreign) {
      const name = /\{ *(\w+)/.exec(document.replace(/\([^)]*\)/g, ''))?.[1] ?? document;
      expect(`${name}: ${await ours.errorOf(document, variables)}`).toBe(`${name}: NOT_FOUND`);
    }
    expect((await theirs.ask(op.USER, { id: user.id })).displayName).not.toBe('Caught');
    expect((await person.ask(op.ME)).id).toBe(user.id);
  });

  it('no list, filter or search shows anything of another', async () => {
    const ours = (await organization(world)).admin;
    const theirs = (await organization(world)).admin;
    const user = await createUser(theirs, { displayName: 'Findable' });
    const role = await createRole(theirs);
    const group = await createGroup(theirs, [role.id]);
    await theirs.ask(op.UPDATE_USER, { id: user.id, input: { groupIds: [group.id] } });
    await theirs.ask(op.CREATE_APPLICATION, { name: 'App', kind: 'MOBILE' });
    await theirs.ask(op.IMPORT_TOKENS, { csv: 'T-1,3132333435363738393031323334353637383930' });
    await theirs.ask(op.SEND_ACTIVATION, { id: user.id });

    expect((await ours.ask(op.USERS)).totalCount).toBe(1);
    for (const filter of [{ search: 'Findable' }, { roleId: role.id }, { groupId: group.id }]) {
      expect((await ours.ask(op.USERS, { filter })).totalCount).toBe(0);
    }
    expect(await ours.ask(op.GROUPS)).toEqual([]);
    expect((await ours.ask(op.ROLES)).map(({ name }: { name: string }) => name)).toEqual(['All', 'Administrator']);
    expect(await ours.ask(op.APPLICATIONS)).toEqual([]);
    expect((await ours.ask(op.TOKENS)).nodes).toEqual([]);
    expect((await ours.ask(op.MESSAGES)).nodes).toEqual([]);
    expect(await auditOf(ours, { subjectId: user.id })).toEqual([]);
    const { id: theirAdmin } = await theirs.ask(op.ME);
    expect(await auditOf(ours, { actorId: theirAdmin })).toEqual([]);
    expect(await ours.ask(op.RESEND_CONFIRMATIONS)).toMatchObject({ queued: 1 });
    expect((await ours.ask(op.PREVIEW, { change: { enabled: false } })).usersLookedAt).toBe(1);
  });

  it('settings and roles of one decide nothing in another', async () => {
    const ours = (await organization(world, 'everyone')).admin;
    const theirs = (await organization(world)).admin;
    await settle(ours, { rememberBrowserDays: 90, issuer: 'Ours' });
    const [one, two] = [await createUser(ours), await createUser(theirs)];
    expect((await login(world.client(), one.email)).__typename).toBe('EnrollmentRequired');
    expect((await login(world.client(), two.email)).__typename).toBe('SignedIn');
    expect((await theirs.ask(op.SETTINGS)).twoFactor).toMatchObject({ rememberBrowserDays: 0 });
  });

  it('tickets, enrollments and links of one open nothing in another', async () => {
    const ours = (await organization(world, 'everyone')).admin;
    const theirs = (await organization(world, 'everyone')).admin;
    await settle(theirs, { totpDelivery: 'MAILED_LINK' });
    const [one, two] = [await createUser(ours), await createUser(theirs)];
    const { ticket: ourTicket } = await login(world.client(), one.email);
    const { ticket: theirTicket } = await login(world.client(), two.email);
    await world.client().ask(op.START, { input: { ticket: theirTicket, method: 'TOTP' } });
    const link = tokenIn((await mailTo(world, two.email, /Set up/)).text);
    const opened = await world.client().ask(op.OPEN_LINK, { input: { token: link, ticket: ourTicket } });
    expect(outcomeOf(opened)).toBe('LINK_INVALID');
    expect(outcomeOf(await world.client().ask(op.OPEN_LINK, { input: { token: link, ticket: theirTicket } }))).toBe(
      'Enrollment',
    );
    await enrollApp(world, one.email);
  });

  it('an address is taken over the whole installation, and a name of an organization as well', async () => {
    const ours = (await organization(world)).admin;
    const theirs = (await organization(world)).admin;
    const { email } = await createUser(ours);
    const input = { email: email.toUpperCase(), displayName: 'Twin' };
    expect(outcomeOf(await theirs.ask(op.CREATE_USER, { input }))).toBe('EMAIL_TAKEN');
    const setup = world.app.get(SetupService, { strict: false });
    const admin = { email: 'boss@acme.example', password: PASSWORD };
    expect(await setup.createOrganization('Acme', admin, 'a@example.com')).toHaveProperty('id');
    const again = await setup.createOrganization('Acme', { ...admin, email: 'b@acme.example' }, 'a@example.com');
    expect(again).toMatchObject({ code: 'NAME_TAKEN' });
    const taken = await setup.createOrganization('Other', admin, 'a@example.com');
    expect(taken).toMatchObject({ code: 'EMAIL_TAKEN' });
    // Nothing half-made is left behind: the name is free for the next try.
    const free = await setup.createOrganization('Other', { ...admin, email: 'c@acme.example' }, 'a@example.com');
    expect(free).toHaveProperty('id');
  });
});
