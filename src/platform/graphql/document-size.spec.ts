import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { documentSize } from './document-size.js';

const size = (text: string) => documentSize(parse(text));

describe('documentSize', () => {
  it.each([
    ['a field', '{ a }', { depth: 1, fields: 1, rootFields: 1 }],
    ['fields inside of fields', '{ a { b { c } d } }', { depth: 3, fields: 4, rootFields: 1 }],
    ['inline fragments are no level', '{ a { ... on X { b } ... { c } } }', { depth: 2, fields: 3 }],
    [
      'fragments are no level, and count at each use',
      '{ a { ...F } b { ...F } } fragment F on X { x: c { d } }',
      { depth: 3, fields: 6, aliases: 2, rootFields: 2 },
    ],
    ['root fields in fragments', '{ a ...F } fragment F on Query { b c }', { rootFields: 3 }],
    ['the larger operation', 'query A { a { b } } query B { a b c }', { depth: 2, fields: 5, rootFields: 3 }],
    [
      'directives everywhere',
      'query A($x: Int @d) @d { a @d ... @d { b } ...F @d } fragment F on Q @d { c @d }',
      { directives: 7 },
    ],
    ['what lies under __schema is no depth, but counts', '{ __schema { a { b { c } } } }', { depth: 1, fields: 4 }],
    ['__typename is a field like any', '{ a { __typename } }', { depth: 2, fields: 2 }],
    [
      'steps of a sign-in',
      'mutation { x: login verify logout ...F ...F } fragment F on Mutation { refresh }',
      { signInSteps: 4 },
    ],
    ['steps over operations', 'mutation A { login } mutation B { sendCode }', { signInSteps: 2 }],
    ['fields of that name elsewhere are none', 'query { refresh } mutation { a { login } }', { signInSteps: 0 }],
    ['unknown fragments', '{ a ...Missing }', { fields: 1 }],
  ])('%s', (_name, text, expected) => {
    expect(size(text)).toMatchObject(expected);
  });

  it('ends at fragments in a circle', () => {
    expect(size('{ ...A } fragment A on Q { a ...B } fragment B on Q { b ...A }').fields).toBeGreaterThan(0);
  });

  it('does not unfold what doubles at each link', () => {
    const chain = Array.from(
      { length: 60 },
      (_, i) => `fragment F${String(i)} on Q { ...F${String(i + 1)} ...F${String(i + 1)} }`,
    );
    expect(size(`{ ...F0 } ${chain.join(' ')} fragment F60 on Q { a }`).fields).toBe(2 ** 60);
  });
});
