import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { missingFromSchema, readContract, SERVED_SCHEMA } from '../../scripts/check-contract.mjs';

const CONTRACT = `
  scalar DateTime
  enum Colour { RED GREEN }
  input Filter { text: String  limit: Int = 5  ids: [ID!] }
  type Apple { id: ID!  colour: Colour  pips(first: Int = 50, after: String): [String!]! }
  type Pear { id: ID!  at: DateTime! }
  union Fruit = Apple | Pear
  type Query { fruit(filter: Filter!): Fruit! }
`;

const UNION = 'type Pear { id: ID!  at: DateTime! }\n  union Fruit = Apple | Pear';

const change = (from: string, to: string): string => {
  expect(CONTRACT).toContain(from);
  return CONTRACT.replace(from, to);
};

describe('what counts as a breach of the contract', () => {
  it.each([
    ['a missing type', UNION, 'union Fruit = Apple', ['Pear is missing', 'Fruit lacks the member Pear']],
    ['a missing field', 'colour: Colour ', '', ['Apple.colour is missing']],
    [
      'another type',
      'fruit(filter: Filter!): Fruit!',
      'fruit(filter: Filter!): Apple!',
      ['Query.fruit is Apple!, not Fruit!'],
    ],
    ['a field made nullable', 'at: DateTime!', 'at: DateTime', ['Pear.at is DateTime, not DateTime!']],
    ['a list item made nullable', '[String!]!', '[String]!', ['Apple.pips is [String]!, not [String!]!']],
    ['a missing argument', ', after: String', '', ['Apple.pips: argument after is missing']],
    [
      'an argument made required',
      'after: String',
      'after: String!',
      ['Apple.pips: argument after is String!, not String'],
    ],
    [
      'another default',
      'first: Int = 50',
      'first: Int = 20',
      ['Apple.pips: argument first has the default 20, not 50'],
    ],
    ['a default lost', 'limit: Int = 5', 'limit: Int', ['Filter.limit has the default none, not 5']],
    ['a default added', 'text: String', 'text: String = "a"', ['Filter.text has the default "a", not none']],
    ['a missing input field', 'ids: [ID!]', '', ['Filter.ids is missing']],
    ['a missing enum value', 'RED GREEN', 'RED', ['Colour lacks the value GREEN']],
    ['a missing union member', 'Apple | Pear', 'Apple', ['Fruit lacks the member Pear']],
    ['another kind', 'scalar DateTime', 'enum DateTime { NOW }', ['DateTime is of kind enum, not scalar']],
    [
      'an extra required argument',
      'after: String)',
      'after: String, by: ID!)',
      ['Apple.pips: argument by is required, and the contract does not have it'],
    ],
    [
      'an extra required input field',
      'ids: [ID!]',
      'ids: [ID!]  by: ID!',
      ['Filter.by is required, and the contract does not have it'],
    ],
  ])('%s', (_name, from, to, breaches) => {
    const found = missingFromSchema(CONTRACT, change(from, to));
    expect(found.sort()).toEqual([...breaches].sort());
  });

  it.each([
    ['nothing changed', 'RED GREEN', 'RED GREEN'],
    ['more of everything', 'type Query {', 'type Extra { a: Int }  type Query { extra: Extra '],
    ['another field, value and optional input', 'RED GREEN', 'RED GREEN BLUE'],
    ['an optional argument', 'after: String)', 'after: String, by: ID)'],
    ['a required argument that has a default', 'after: String)', 'after: String, size: Int! = 3)'],
    [
      'descriptions and another order',
      'type Pear { id: ID!  at: DateTime! }',
      '"A pear." type Pear { at: DateTime! "Its id." id: ID! }',
    ],
  ])('is not: %s', (_name, from, to) => {
    expect(missingFromSchema(CONTRACT, change(from, to))).toEqual([]);
  });
});

describe('the committed schema', () => {
  const served = (): string => readFileSync(SERVED_SCHEMA, 'utf8');

  it('holds the contract', () => {
    expect(missingFromSchema(readContract(), served())).toEqual([]);
  });

  it('holds the copy of the contract that comes with the project', () => {
    const copy = readFileSync(join(process.cwd(), 'test', 'contract', 'contract.graphql'), 'utf8');
    expect(missingFromSchema(copy, served())).toEqual([]);
    // The copy must not fall behind where the original is at hand.
    expect(missingFromSchema(readContract(), copy)).toEqual([]);
  });
});
