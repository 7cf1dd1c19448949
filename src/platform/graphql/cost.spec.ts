import { describe, expect, it } from '@jest/globals';
import { buildSchema, Kind, parse, type OperationDefinitionNode } from 'graphql';
import { operationCost } from './cost.js';

const schema = buildSchema(`
  interface Node { id: ID! }
  type Item implements Node { id: ID! name: String items(first: Int = 10): Page }
  type Page { nodes: [Item!]! total: Int }
  union Any = Item | Page
  type Query { items(first: Int = 50, after: String): Page  node: Node  any: Any  item: Item }
`);

function cost(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  if (!operation) throw new Error('no operation');
  return operationCost(schema, document, operation, variables);
}

describe('operationCost', () => {
  it.each<[string, string, Record<string, unknown>, number]>([
    ['a field', '{ item { id } }', {}, 2],
    ['a literal', '{ items(first: 3) { nodes { id name } } }', {}, 1 + 3 * 3],
    ['the default of the schema', '{ items { total } }', {}, 51],
    ['a variable', 'query($n: Int) { items(first: $n) { total } }', { n: 7 }, 8],
    ["the variable's default", 'query($n: Int = 5) { items(first: $n) { total } }', {}, 6],
    ["the schema's default for a variable left out", 'query($n: Int) { items(first: $n) { total } }', {}, 51],
    ['null', '{ items(first: null) { total } }', {}, 201],
    ['a variable that is null', 'query($n: Int = 1) { items(first: $n) { total } }', { n: null }, 201],
    ['negative', '{ items(first: -1) { total } }', {}, 201],
    ['too large', '{ items(first: 100000) { total } }', {}, 201],
    ['no number', 'query($n: Int) { items(first: $n) { total } }', { n: '1' }, 201],
    ['pages within pages', '{ items(first: 2) { nodes { items(first: 3) { total } } } }', {}, 1 + 2 * (1 + (1 + 3))],
    ['fragments', '{ ...F ...F } fragment F on Query { items(first: 2) { total } }', {}, 6],
    ['inline fragments on abstract types', '{ any { ... on Item { items(first: 4) { total } } } }', {}, 1 + (1 + 4)],
    ['another name', '{ x: items(first: 2) { total } }', {}, 3],
  ])('%s', (_name, text, variables, expected) => {
    expect(cost(text, variables)).toBe(expected);
  });
});
