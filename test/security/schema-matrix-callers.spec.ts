import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { ACCESS } from '../support/access-table.js';
import type { Client } from '../support/client.js';
import { apiKey, differences, matrixScene, plainVariables, type Scene, stateOf } from '../support/matrix-scene.js';
import * as op from '../support/operations.js';
import { createRole, createUser, login, PASSWORD, reauthenticate, signedIn } from '../support/people.js';
import { type Operation, operationsOf, placesOf, withValueAt } from '../support/schema-walk.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const CALLERS = [
  'nobody',
  'a ticket in place of a session',
  'an ordinary user',
  'an ordinary user who has reauthenticated',
  'a portal user',
  'an API key without permissions',
  'an API key with every permission',
  'an administrator who has not reauthenticated',
  'an administrator who has reauthenticated',
  'an administrator of another organization',
  'an administrator who sees only the own groups',
] as const;
type CallerName = (typeof CALLERS)[number];

/** The one code that a call ends in; 'open' where the operation itself decides. */
function expected(caller: CallerName, rule: string): string {
  const open = rule === 'public' || rule === 'ticket';
  if (open) return 'open';
  if (caller === 'nobody' || caller === 'a ticket in place of a session') return 'UNAUTHENTICATED';
  const key = caller.startsWith('an API key');
  const again = rule.endsWith(' again') || rule === 'ticket-or-session';
  if (rule.startsWith('signed in') || rule === 'ticket-or-session') {
    if (rule === 'signed in or API key') return 'open';
    if (key) return 'FORBIDDEN';
  } else if (!key || caller === 'an API key without permissions') {
    if (!caller.includes('administrator')) return 'FORBIDDEN';
  }
  const proven = key || caller.includes('has reauthenticated') || caller.includes('another') || caller.includes('only');
  return again && !proven ? 'REAUTHENTICATION_REQUIRED' : 'open';
}

/** What a caller may do to the own sign-in or to the whole house, so that the next call begins with new ones. */
const SPOILS =
  /^Mutation\.(logout|changePassword|resetMyTwoFactor|setUseTwoFactor|setPreferredMethod|startEnrollment|reauthenticate|updateSettings|disableTwoFactor|suspendTwoFactor|deleteRole)$/;

describe.each(ENGINES)('every operation, called by everyone, on %s', (engine) => {
  let world: World;
  let home: Scene;
  let abroad: Scene;
  let operations: Operation[];
  let calls = 0;
  const kept = new Map<CallerName, Client>();
  const variablesOf = new Map<string, Record<string, unknown>>();

  beforeAll(async () => {
    world = await startWorld(engine);
    home = await matrixScene(world);
    abroad = await matrixScene(world);
    operations = operationsOf(world.app.get(GraphQLSchemaHost).schema);
  }, 60_000);
  afterAll(() => world.stop());

  const byPassword = async (email: string): Promise<Client> => {
    const client = world.client();
    client.token = (await login(client, email)).accessToken;
    return client;
  };
  const proven = async (email: string): Promise<Client> => {
    const client = await byPassword(email);
    await reauthenticate(client);
    return client;
  };
  const made: Record<CallerName, () => Promise<Client>> = {
    nobody: () => Promise.resolve(world.client()),
    'a ticket in place of a session': async () => {
      const { email } = await createUser(home.desk, { useTwoFactor: true });
      const client = world.client();
      client.token = (await login(client, email)).ticket;
      return client;
    },
    'an ordinary user': async () => byPassword((await home.person()).email),
    'an ordinary user who has reauthenticated': async () => proven((await home.person()).email),
    'a portal user': async () => byPassword((await home.person([], [], 'PORTAL')).email),
    'an API key without permissions': async () => (await apiKey(world, await proven(home.house.email), [])).client,
    'an API key with every permission': () => Promise.resolve(home.desk),
    'an administrator who has not reauthenticated': () => byPassword(home.house.email),
    'an administrator who has reauthenticated': () => proven(home.house.email),
    'an administrator of another organization': () => proven(abroad.house.email),
    'an administrator who sees only the own groups': async () => {
      const roles = (await home.desk.ask(op.ROLES)) as { name: string; permissions: string[] }[];
      const { permissions } = roles.find(({ name }) => name === 'Administrator') ?? { permissions: [] };
      const role = await createRole(home.desk, { permissions, visibility: 'OWN_GROUPS' });
      return proven((await home.person([role.id])).email);
    },
  };
  const caller = async (name: CallerName): Promise<Client> => {
    const client = kept.get(name) ?? (await made[name]());
    kept.set(name, client);
    return client;
  };

  const plain = (operation: Operation) => plainVariables(home, operation);

  it('is every operation that the access table holds, and no other', () => {
    const table = Object.keys(ACCESS).filter((name) => !name.startsWith('GET'));
    expect(operations.map(({ name }) => name).sort()).toEqual(table.sort());
  });

  it.each(CALLERS)(
    'by %s',
    async (name) => {
      const problems: string[] = [];
      // As it stands; unknown after a call that was let in.
      let state: Record<string, string[]> | null = null;
      for (const operation of operations) {
        const wanted = expected(name, ACCESS[operation.name] ?? 'nothing stated');
        // What is refused changes nothing, so that the things that were named stand for the next caller too.
        if (wanted === 'open' || !variablesOf.has(operation.name)) state = null;
        const variables = (wanted === 'open' ? undefined : variablesOf.get(operation.name)) ?? (await plain(operation));
        if (wanted !== 'open') variablesOf.set(operation.name, variables);
        if (!kept.has(name)) state = null;
        const client = await caller(name);
        if (wanted !== 'open') state ??= await stateOf(world);
        const { data, errors } = await client.send(operation.document, variables);
        calls += 1;
        const code = errors?.[0]?.extensions.code ?? 'none';
        const said = `${operation.name}: ${code}`;
        if (wanted !== 'open') {
          if (code !== wanted) problems.push(`${said}, expected ${wanted}: ${errors?.[0]?.message ?? ''}`);
          if (data !== null && data !== undefined) problems.push(`${operation.name}: answered with data`);
          const after = await stateOf(world);
          problems.push(...differences(state ?? {}, after).map((change) => `${operation.name} changed ${change}`));
          state = after;
        } else if (['INTERNAL_SERVER_ERROR', 'GRAPHQL_VALIDATION_FAILED', 'SERVICE_BUSY'].includes(code)) {
          problems.push(`${said} ${errors?.[0]?.message ?? ''}`);
        } else if (['UNAUTHENTICATED', 'FORBIDDEN', 'REAUTHENTICATION_REQUIRED'].includes(code)) {
          // The one permission that a key may never use: a key that leaked would renew itself.
          const renewal = name.startsWith('an API key') && operation.name === 'Mutation.createApiKey';
          if (!renewal) problems.push(`${said}, expected to be let in`);
        }
        if (wanted === 'open' && SPOILS.test(operation.name)) {
          kept.clear();
          variablesOf.clear();
          if (name.includes('admin') || name.includes('every'))
            [home, abroad] = [await matrixScene(world), await matrixScene(world)];
        }
      }
      expect(problems).toEqual([]);
      expect(calls).toBeGreaterThanOrEqual(operations.length);
    },
    120_000,
  );

  it('a ticket opens what takes a ticket, and nothing that is another user’s', async () => {
    home = await matrixScene(world);
    const { email } = await createUser(home.desk, { useTwoFactor: true });
    const { ticket } = await login(world.client(), email, PASSWORD);
    for (const operation of operations) {
      const place = placesOf(operation).find(({ path }) => path.at(-1) === 'ticket');
      if (place === undefined) continue;
      const variables = withValueAt(await plain(operation), place.path, ticket);
      const { errors, data } = await world.client().send(operation.document, variables);
      const code = errors?.[0]?.extensions.code ?? outcome(data);
      // Declining is the one thing that signs in without a factor, where policy leaves it to the person.
      if (code === 'SignedIn') expect(operation.name).toBe('Mutation.declineEnrollment');
      expect({ operation: operation.name, code }).not.toEqual(
        expect.objectContaining({ code: expect.stringMatching(/UNAUTHENTICATED|FORBIDDEN|INTERNAL/) }),
      );
    }
  });

  it('who has signed out is nobody at once', async () => {
    const client = await signedIn(world, (await home.person()).email);
    await client.ask(op.LOGOUT);
    expect(await client.errorOf(op.ME)).toBe('UNAUTHENTICATED');
  });
});

const outcome = (data: Record<string, { __typename?: string; code?: string }>): string => {
  const [value] = Object.values(data);
  return value?.code ?? value?.__typename ?? 'an answer';
};
