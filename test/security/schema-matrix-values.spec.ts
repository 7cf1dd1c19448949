import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { ACCESS } from '../support/access-table.js';
import type { Client } from '../support/client.js';
import { differences, isInput, matrixScene, plainVariables, type Scene, stateOf } from '../support/matrix-scene.js';
import { createUser, login, signedIn } from '../support/people.js';
import { type Operation, operationsOf, type Place, placesOf, withValueAt } from '../support/schema-walk.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

const LONG = process.env.COUNTERSIGN_LONG === '1';

const TEXTS: readonly unknown[] = [
  null,
  '',
  ' ',
  'x'.repeat(90_000),
  5,
  true,
  {},
  ['x'],
  'a\u0000b',
  'a\r\nBcc: thief@example.com',
  '\u202Egnp.exe',
  '\u200b',
  // Cyrillic and full-width letters that look like Latin ones.
  'аdmin@еxample.com',
  'ａｄｍｉｎ',
  '🔥'.repeat(300),
  '\ud800',
  "'; DROP TABLE users; --",
  '${7*7}{{7*7}}<%= 7*7 %>',
  '=HYPERLINK("https://evil.example")',
  '__proto__',
];
const NUMBERS: readonly unknown[] = [null, -1, 0, 201, 2_147_483_647, 2_147_483_648, 1.5, '5', true, {}, [1]];
const TIMES: readonly unknown[] = [
  null,
  '',
  'yesterday',
  5,
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '0999-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
  'x'.repeat(90_000),
];
const SWITCHES: readonly unknown[] = [null, 'true', 1, [], {}];
const OBJECTS: readonly unknown[] = [null, 'x', 5, []];

function valuesFor(place: Place): readonly unknown[] {
  if (isInput(place)) return OBJECTS;
  if (place.enumValues !== null) return [null, 'NOPE', '', 5, '__proto__', ...place.enumValues];
  if (place.type === 'Int') return NUMBERS;
  if (place.type === 'Boolean') return SWITCHES;
  return place.type === 'DateTime' ? TIMES : TEXTS;
}

/** What graphql itself refuses never reaches a database: one engine shows it, and the long form shows it on both. */
const reachesTheDatabase = (value: unknown): boolean => value === null || typeof value === 'string';

/** Whatever may change the house, or the caller's own sign-in. */
const SPOILS =
  /Settings|TwoFactor|^logout|changePassword|reauthenticate|setPreferred|startEnrollment|deleteRole|updateRole/;

/** What no answer may hold: the insides of the program, of the database, or of a library. */
const INSIDES =
  /node_modules|\bat [\w.]+ \(|SQLITE|\bER_[A-Z]|SELECT |INSERT |UPDATE `|QueryFailed|TypeORM|\.ts:\d|Cannot read|undefined \(/;

describe.each(ENGINES)('every value, out of order, on %s', (engine) => {
  let world: World;
  let scene: Scene;
  let person: Client;
  let operations: Operation[];
  let cases = 0;

  beforeAll(async () => {
    world = await startWorld(engine);
    operations = operationsOf(world.app.get(GraphQLSchemaHost).schema);
    await anew();
  }, 60_000);
  afterAll(() => world.stop());

  const anew = async (): Promise<void> => {
    scene = await matrixScene(world);
    person = await signedIn(world, scene.house.email);
  };
  /** Limits have tests of their own: here they would only hide what comes after them. */
  const forget = async (): Promise<void> => {
    await world.dataSource.query('DELETE FROM password_throttles');
    await world.dataSource.query('DELETE FROM send_windows');
    await world.dataSource.query('UPDATE users SET factorTries = 0, lockedUntil = NULL');
  };
  const ticket = async (): Promise<string> => {
    const { email } = await createUser(scene.desk, { useTwoFactor: true });
    return (await login(world.client(), email)).ticket as string;
  };

  async function tried(operation: Operation, cases_: (plain: Record<string, unknown>) => Record<string, unknown>[]) {
    const rule = ACCESS[operation.name] ?? '';
    const ticketAt = placesOf(operation).find(({ path }) => path.at(-1) === 'ticket')?.path;
    const problems: string[] = [];
    let plain = await plainVariables(scene, operation);
    if (ticketAt !== undefined && rule === 'ticket') plain = withValueAt(plain, ticketAt, await ticket());
    const client = () => (rule.includes('_') && operation.field !== 'createApiKey' ? scene.desk : person);
    const changes = operation.name.startsWith('Mutation');
    let before = changes ? await stateOf(world, scene.house.id) : null;
    for (const variables of cases_(plain)) {
      cases += 1;
      const answer = await client().send(operation.document, variables);
      const text = JSON.stringify({ data: answer.data, errors: answer.errors });
      const said = `${operation.name} ${JSON.stringify(variables).slice(0, 200)}: ${text.slice(0, 200)}`;
      if (text.includes('INTERNAL_SERVER_ERROR') || answer.status >= 500) problems.push(said);
      if (answer.errors !== undefined && INSIDES.test(JSON.stringify(answer.errors))) problems.push(`Insides: ${said}`);
      const [value] = Object.values((answer.data ?? {}) as Record<string, { __typename?: string }>);
      const refused = answer.errors !== undefined || value?.__typename === 'Refused';
      await forget();
      if (before === null) continue;
      if (refused) {
        const after = await stateOf(world, scene.house.id);
        problems.push(...differences(before, after).map((change) => `Half done: ${said} ${change}`));
        before = after;
        continue;
      }
      // It was taken. A new house, where it may have changed the old one; others change only what they name.
      if (SPOILS.test(operation.field)) await anew();
      before = await stateOf(world, scene.house.id);
    }
    return problems;
  }

  it.each(['Query', 'Mutation'])(
    'of each %s is refused in clear words, and wholly',
    async (kind) => {
      const problems: string[] = [];
      for (const operation of operations.filter(({ name }) => name.startsWith(kind))) {
        const places = placesOf(operation);
        if (places.length === 0) continue;
        const found = await tried(operation, (plain) =>
          places.flatMap((place) =>
            valuesFor(place)
              .filter((value) => LONG || engine === 'sqlite' || place.type === 'Int' || reachesTheDatabase(value))
              .map((value) => withValueAt(plain, place.path, value)),
          ),
        );
        problems.push(...found);
      }
      expect(problems.slice(0, 40)).toEqual([]);
    },
    400_000,
  );

  it('a field that no input has is refused, wherever it stands', async () => {
    const problems: string[] = [];
    for (const operation of operations) {
      const inputs = placesOf(operation).filter(isInput);
      for (const { path } of inputs) {
        for (const extra of ['extra', 'organizationId', 'id_', '__proto__', 'passwordHash', 'visibleTo', 'isAdmin']) {
          cases += 1;
          const plain = await plainOnce(operation);
          const variables = withValueAt(plain, [...path, extra], 'x');
          if (!JSON.stringify(variables).includes(extra)) continue;
          const answer = await person.send(operation.document, variables);
          const code = answer.errors?.[0]?.extensions.code ?? 'taken';
          if (code !== 'BAD_USER_INPUT' && !(answer.status === 400 && extra === '__proto__')) {
            problems.push(`${operation.name} ${path.join('.')}.${extra}: ${code}`);
          }
        }
      }
    }
    expect(problems).toEqual([]);
    expect(cases).toBeGreaterThan(200);
  }, 60_000);

  const plains = new Map<string, Record<string, unknown>>();
  const plainOnce = async (operation: Operation): Promise<Record<string, unknown>> => {
    const plain = plains.get(operation.name) ?? (await plainVariables(scene, operation));
    plains.set(operation.name, plain);
    return plain;
  };
});
