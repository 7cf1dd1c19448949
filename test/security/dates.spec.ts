import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser, outcomeOf } from '../support/people.js';
import { serviceDesk, switchOn } from '../support/scenes.js';
import { administrator } from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

/** RFC 3339 has four digits for a year; its offset leads a minute before the first and beyond the last of them. */
const FARTHEST = [
  '0000-01-01T00:00:00+23:59',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00Z',
  '2038-01-19T03:14:08Z',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
];

describe.each(ENGINES)('times at their limits, on %s', (engine) => {
  let world: World;
  let admin: Client;
  let desk: Client;

  beforeAll(async () => {
    world = await startWorld(engine);
    admin = await administrator(world);
    desk = await serviceDesk(world);
    await switchOn(desk);
  }, 60_000);
  afterAll(() => world.stop());

  const PLAIN = /^(Settings|INVALID_VALUE|BAD_USER_INPUT|ApiKeyCreated|AuditEventConnection|none)$/;
  const cameOf = async (client: Client, query: string, variables: Record<string, unknown>): Promise<string> => {
    const { data, errors } = await client.send(query, variables);
    if (errors !== undefined) return errors[0]?.extensions.code ?? 'none';
    const value = Object.values(data as Record<string, { __typename?: string; code?: string }>)[0];
    return value?.__typename === undefined ? 'none' : outcomeOf(value as { __typename: string });
  };

  it.each(FARTHEST)('%s breaks neither a search of the audit, a key nor a suspension', async (time) => {
    const outcomes = {
      from: await cameOf(admin, op.AUDIT, { filter: { from: time }, first: 5 }),
      to: await cameOf(admin, op.AUDIT, { filter: { to: time }, first: 5 }),
      suspended: await cameOf(admin, op.SUSPEND, { until: time, reason: 'A test' }),
    };
    const robot = await createUser(desk, { kind: 'SERVICE', password: undefined });
    const key = await cameOf(admin, op.CREATE_API_KEY, { id: robot.id, name: 'Limit', expiresAt: time });
    for (const outcome of [...Object.values(outcomes), key]) expect(outcome).toMatch(PLAIN);
    expect(outcomes.suspended).toMatch(/INVALID_VALUE|BAD_USER_INPUT/);
  });

  it('a search finds all from the first, and nothing from the last', async () => {
    const nodes = async (filter: Record<string, unknown>) => (await admin.ask(op.AUDIT, { filter, first: 5 })).nodes;
    expect(await nodes({ from: '0001-01-01T00:00:00Z' })).toHaveLength(5);
    expect(await nodes({ to: '9999-12-31T23:59:59.999Z' })).toHaveLength(5);
    expect(await nodes({ from: '9999-12-31T23:59:59.999Z' })).toHaveLength(0);
    expect(await nodes({ to: '0001-01-01T00:00:00Z' })).toHaveLength(0);
  });
});
