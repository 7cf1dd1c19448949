import { describe, expect, it } from '@jest/globals';
import { buildSchema, graphql } from 'graphql';
import { attach } from './schema.driver.js';

const schema = () => buildSchema('type Query { me: Person } type Person { name: String roles: [String!] }');

describe('attach', () => {
  it('sets resolvers on fields of the root and of other types', async () => {
    const served = schema();
    attach(served, {
      Query: { me: () => ({ name: 'Jo' }) },
      Person: { roles: (person) => [`roles of ${(person as { name: string }).name}`] },
    });
    const { data } = await graphql({ schema: served, source: '{ me { name roles } }' });
    expect(JSON.parse(JSON.stringify(data))).toEqual({ me: { name: 'Jo', roles: ['roles of Jo'] } });
  });

  const misfits: Parameters<typeof attach>[1][] = [
    { Nobody: { name: () => null } },
    { Query: { you: () => null } },
    { Query: { me: { subscribe: () => null } as never } },
  ];
  it.each(misfits)('refuses a resolver that fits no field', (resolvers) => {
    expect(() => {
      attach(schema(), resolvers);
    }).toThrow(/has a resolver that fits no field/);
  });
});
