import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createGroup, createRole, createUser, enrollApp, organization } from '../support/people.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

/** Lists cost a number of queries that does not grow with their length. */
describe.each(ENGINES)('queries of a list, on %s', (engine) => {
  let world: World;
  let admin: Client;
  const counting = new AsyncLocalStorage<string[]>();

  beforeAll(async () => {
    world = await startWorld(engine);
    ({ admin } = await organization(world));
    const { logger } = world.dataSource;
    const log = logger.logQuery.bind(logger);
    // What other work asks meanwhile (sweeps, seals) is not in this request's context, and not counted.
    jest.spyOn(logger, 'logQuery').mockImplementation((query, parameters, runner) => {
      counting.getStore()?.push(query);
      return log(query, parameters, runner);
    });
    const roles = [];
    for (let count = 0; count < 5; count += 1) roles.push((await createRole(admin)).id as string);
    const required = await createRole(admin, { requireTwoFactor: true });
    const groups = [];
    for (const role of roles) groups.push((await createGroup(admin, [role, required.id])).id as string);
    for (let count = 0; count < 55; count += 1) {
      const own = { roleIds: roles.slice(0, count % 6), groupIds: groups.slice(0, count % 5) };
      const { email, twoFactor } = await createUser(admin, own);
      if (count % 10 === 1 && twoFactor.required) await enrollApp(world, email);
    }
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await world.stop();
  });

  async function queriesOf(document: string, variables: Record<string, unknown>) {
    const queries: string[] = [];
    const answer = await counting.run(queries, () => admin.ask(document, variables));
    return { queries, answer };
  }

  it('of users, with their roles, groups and all of their two-factor, are as many for 5 as for 50', async () => {
    const five = await queriesOf(op.USERS, { first: 5 });
    const fifty = await queriesOf(op.USERS, { first: 50 });
    expect(five.answer.nodes).toHaveLength(5);
    expect(fifty.answer.nodes).toHaveLength(50);
    const { nodes } = fifty.answer;
    expect(nodes.some(({ groups }: { groups: unknown[] }) => groups.length === 4)).toBe(true);
    expect(nodes.some(({ twoFactor }: { twoFactor: { enrolled: boolean } }) => twoFactor.enrolled)).toBe(true);
    expect(fifty.queries).toHaveLength(five.queries.length);
    expect(five.queries.length).toBeGreaterThan(3);
    expect(five.queries.length).toBeLessThanOrEqual(25);
  });

  it('count all of them only where that is asked for, and then once', async () => {
    const counts = async (fields: string): Promise<number> => {
      const { queries } = await queriesOf(`{ users(first: 5) { nodes { id } ${fields} } }`, {});
      return queries.filter((query) => /COUNT\(/i.test(query)).length;
    };
    expect(await counts('pageInfo { hasNextPage }')).toBe(0);
    expect(await counts('totalCount')).toBe(1);
    expect(await counts('totalCount all: totalCount')).toBe(1);
  });

  it('with a filter as well', async () => {
    const filter = { search: 'Person', active: true, kind: 'MEMBER' };
    const five = await queriesOf(op.USERS, { filter, first: 5 });
    const fifty = await queriesOf(op.USERS, { filter, first: 50 });
    expect(fifty.answer.nodes.length).toBeGreaterThanOrEqual(50);
    expect(fifty.queries).toHaveLength(five.queries.length);
  });

  it('of the audit and of messages too', async () => {
    for (const document of [op.AUDIT, op.MESSAGES]) {
      const five = await queriesOf(document, { first: 5 });
      const fifty = await queriesOf(document, { first: 50 });
      expect(fifty.queries).toHaveLength(five.queries.length);
    }
  });

  it('a preview is asked in as many for few as for many', async () => {
    const all = (await admin.ask(op.ROLES)).find(({ name }: { name: string }) => name === 'All');
    const change = { roleId: all.id, roleRequiresTwoFactor: true };
    const many = await queriesOf(op.PREVIEW, { change });
    expect(many.answer.usersLookedAt).toBe(56);
    expect(many.queries.length).toBeLessThanOrEqual(40);
  });
});
