import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { ACCESS } from '../support/access-table.js';
import type { Client } from '../support/client.js';
import {
  differences,
  type Kind,
  KINDS,
  kindOf,
  matrixScene,
  plainVariables,
  type Scene,
  stateOf,
} from '../support/matrix-scene.js';
import * as op from '../support/operations.js';
import { createGroup, createRole, newAddress, signedIn } from '../support/people.js';
import { operationsOf, type Place, placesOf, withValueAt } from '../support/schema-walk.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

/** The operations that take the id of something that is the caller's own: nobody else can have it, also at home. */
const ONE_S_OWN: ReadonlySet<Kind> = new Set(['session', 'browser', 'factor', 'enrollment']);

const NONSENSE = [
  '',
  ' ',
  'x',
  '0',
  'null',
  '\u0000',
  "' OR '1'='1",
  '%',
  '00000000-0000-0000-0000-000000000000',
  '../../etc/passwd',
  'ｕｓｅｒ',
  '\ud800',
  'x'.repeat(90_000),
];

describe.each(ENGINES)('every id, given one of another organization, on %s', (engine) => {
  let world: World;
  let home: Scene;
  let abroad: Scene;
  let places: Place[];
  const foreign = new Map<Kind, string>();

  beforeAll(async () => {
    world = await startWorld(engine);
    home = await matrixScene(world);
    abroad = await matrixScene(world);
    places = operationsOf(world.app.get(GraphQLSchemaHost).schema)
      .flatMap((operation) => placesOf(operation))
      .filter(({ type }) => type === 'ID');
    for (const kind of KINDS) foreign.set(kind, await home.make(kind));
  }, 60_000);
  afterAll(() => world.stop());

  const kindAt = (place: Place): Kind => {
    const kind = kindOf(place);
    if (kind === undefined) throw new Error(`Say in matrix-scene.ts what ${place.name} names.`);
    return kind;
  };
  const asked = async (client: Client, scene: Scene, place: Place, id: unknown) => {
    const variables = withValueAt(await plainVariables(scene, place.operation), place.path, id);
    return client.send(place.operation.document, variables);
  };
  /** What an answer comes to: the code of an error or refusal, 'empty' for a list without members, or 'done'. */
  const cameOf = ({ data, errors }: Awaited<ReturnType<Client['send']>>): string => {
    if (errors !== undefined) return errors[0]?.extensions.code ?? '';
    const [value] = Object.values(data as Record<string, any>);
    if (value?.__typename === 'Refused') return value.code as string;
    if (value?.queued === 0 || value?.nodes?.length === 0 || value?.length === 0) return 'empty';
    return 'done';
  };

  it('is known by its kind, so that a new one is tried too', () => {
    expect(places.length).toBeGreaterThan(35);
    for (const place of places) kindAt(place);
  });

  it('of one’s own organization is found: the calls below fail for the id alone', async () => {
    for (const place of places) {
      const kind = kindAt(place);
      const rule = ACCESS[place.operation.name] ?? '';
      if (ONE_S_OWN.has(kind) || !rule.includes('_')) continue;
      const client = place.operation.field === 'createApiKey' ? await signedIn(world, home.house.email) : home.desk;
      const came = cameOf(await asked(client, home, place, await home.make(kind)));
      expect({ place: place.name, came }).not.toEqual({ place: place.name, came: 'NOT_FOUND' });
      expect(came).not.toMatch(/INTERNAL|UNAUTHENTICATED|FORBIDDEN|BAD_USER_INPUT/);
    }
    home = await matrixScene(world);
    for (const kind of KINDS) foreign.set(kind, await home.make(kind));
  }, 60_000);

  it('is not found, gives nothing away and changes nothing there', async () => {
    const before = await stateOf(world, home.house.id);
    for (const place of places) {
      const id = foreign.get(kindAt(place)) ?? '';
      const admin = await signedIn(world, abroad.house.email);
      const answer = await asked(admin, abroad, place, id);
      const came = cameOf(answer);
      expect({ place: place.name, came }).toEqual({
        place: place.name,
        came: expect.stringMatching(/^(NOT_FOUND|empty|INVALID_CREDENTIALS|ENROLLMENT_INVALID)$/),
      });
      expect(JSON.stringify(answer.data ?? {})).not.toContain(id);
      expect(differences(before, await stateOf(world, home.house.id))).toEqual([]);
    }
  }, 60_000);

  it('of somebody outside of one’s groups is not found either, where only those may be seen', async () => {
    const roles = (await home.desk.ask(op.ROLES)) as { name: string; permissions: string[] }[];
    const permissions = roles.find(({ name }) => name === 'Administrator')?.permissions ?? [];
    const role = await createRole(home.desk, { permissions, visibility: 'OWN_GROUPS' });
    const group = await createGroup(home.desk);
    const { email } = await home.person([role.id], [group.id]);
    const users = places.filter((place) => ['user', 'service', 'apiKey', 'message'].includes(kindAt(place)));
    for (const place of users) {
      const admin = await signedIn(world, email);
      const target = await home.make(kindAt(place));
      const variables = withValueAt(await plainVariables(home, place.operation), place.path, target);
      const before = await stateOf(world, home.house.id);
      const answer = await admin.send(place.operation.document, variables);
      const came = cameOf(answer);
      expect({ place: place.name, came }).toEqual({
        place: place.name,
        came: expect.stringMatching(/^(NOT_FOUND|empty)$/),
      });
      expect(differences(before, await stateOf(world, home.house.id))).toEqual([]);
    }
    const admin = await signedIn(world, email);
    const stranger = await home.person();
    const lists = [op.USERS, op.MESSAGES, op.AUDIT, op.TOKENS_IN_FULL];
    for (const list of lists) expect(JSON.stringify(await admin.ask(list, { first: 200 }))).not.toContain(stranger.id);
    expect(await admin.ask(op.USERS, { filter: { search: stranger.email } })).toMatchObject({
      nodes: [],
      totalCount: 0,
    });
  }, 60_000);

  it('that is no id at all is not found, and never a fault of ours', async () => {
    for (const place of places) {
      const variables = await plainVariables(home, place.operation);
      const admin = await signedIn(world, home.house.email);
      const before = await stateOf(world, home.house.id);
      for (const id of NONSENSE) {
        const answer = await admin.send(place.operation.document, withValueAt(variables, place.path, id));
        const came = cameOf(answer);
        expect({ place: place.name, id: id.slice(0, 40), came }).toEqual({
          place: place.name,
          id: id.slice(0, 40),
          came: expect.stringMatching(
            /^(NOT_FOUND|empty|INVALID_CREDENTIALS|ENROLLMENT_INVALID|TOO_MANY_ATTEMPTS|BAD_USER_INPUT)$/,
          ),
        });
      }
      expect(differences(before, await stateOf(world, home.house.id))).toEqual([]);
      await world.dataSource.query('DELETE FROM password_throttles');
    }
  }, 120_000);

  it('that is empty filters all away: it is not the same as no filter', async () => {
    for (const filter of [{ groupId: '' }, { roleId: '' }]) {
      expect(await home.desk.ask(op.USERS, { filter })).toMatchObject({ nodes: [], totalCount: 0 });
      expect(await home.desk.ask(op.RESEND_CONFIRMATIONS, { filter })).toMatchObject({ queued: 0, skipped: 0 });
    }
  });

  it('of a role or group of another organization is never written into one’s own', async () => {
    const admin = await signedIn(world, abroad.house.email);
    const [roleId, groupId] = [foreign.get('role') ?? '', foreign.get('group') ?? ''];
    for (const input of [{ roleIds: [roleId] }, { groupIds: [groupId] }]) {
      const user = { email: newAddress(), displayName: 'Somebody', password: 'seven quiet herons wade upstream' };
      expect(await admin.errorOf(op.CREATE_USER, { input: { ...user, ...input } })).toBe('NOT_FOUND');
    }
    const [{ wrong }] = await world.dataSource.query(
      'SELECT COUNT(*) AS wrong FROM role_members m JOIN roles r ON r.id = m.roleId WHERE r.organizationId <> m.organizationId',
    );
    expect(Number(wrong)).toBe(0);
  });
});
