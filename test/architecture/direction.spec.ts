import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  DIRECTION,
  drawModules,
  edgesOf,
  findCycle,
  forbiddenEdges,
  graphOf,
  importsOf,
  MODULES_DIAGRAM,
  productSources,
  unitOf,
} from '../../scripts/architecture.mjs';

const sources = productSources();
const edges = edgesOf(sources);
const linesWith = (pattern: RegExp, allowed: (path: string) => boolean = () => false): string[] =>
  sources.filter(({ path, text }) => !allowed(path) && pattern.test(text)).map(({ path }) => path);

describe('the reader of imports', () => {
  it('sees every way to import, and not what comments say', () => {
    const text = [
      "import 'a';",
      "import { b, type B } from 'b';",
      "import type { C } from 'c';",
      "import D, {\n  d,\n} from 'd';",
      "export * from 'e';",
      "export type { F } from 'f';",
      "const g = await import('g');",
      "import * as type from 'h';",
      "// import 'x';",
      "/* import 'y'; */",
      "import type from 'i';",
      "export const from = 'z';",
    ].join('\n');
    expect(importsOf(text).map(({ specifier, typeOnly }) => specifier + (typeOnly ? ' (type)' : ''))).toEqual([
      ...['a', 'b', 'c (type)', 'd', 'e', 'f (type)', 'h', 'i'],
      'g',
    ]);
  });

  it.each([
    ['otp/otp.service.ts', '../auth/index.js', 'otp/otp.service.ts imports auth/index.ts: otp may not import auth'],
    ['auth/a.ts', '../users/users.service.js', 'auth/a.ts imports users/users.service.ts, not users/index.ts'],
    [
      'shared/a.ts',
      '../platform/config/index.js',
      'shared/a.ts imports platform/config/index.ts: shared may not import platform',
    ],
    ['users/a.ts', '../main.js', 'users/a.ts imports main.ts: users may not import root'],
    ['extra/a.ts', '../shared/page.js', 'extra/a.ts belongs to no unit of the table'],
    ['auth/a.ts', '../../test/support/app.js', 'auth/a.ts imports ../test/support/app.ts, outside of src'],
  ])('forbids %s from importing %s', (path, specifier, sentence) => {
    expect(forbiddenEdges(edgesOf([{ path, text: `import { x } from '${specifier}';` }]))).toEqual([sentence]);
  });

  it('finds a cycle', () => {
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b']);
    expect(
      findCycle(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
        ]),
      ),
    ).toBeNull();
  });
});

describe('the direction of imports', () => {
  it('has sources to look at', () => {
    expect(sources.length).toBeGreaterThan(5);
    expect(edges.length).toBeGreaterThan(5);
  });

  it('is a table without cycles', () => {
    const listed = Object.entries(DIRECTION).filter((entry): entry is [string, string[]] => entry[1] !== '*');
    expect(findCycle(new Map(listed))).toBeNull();
  });

  it('holds, and neighbours enter by index.ts', () => {
    expect(forbiddenEdges(edges)).toEqual([]);
  });

  it('has no cycle between modules or between files', () => {
    expect(findCycle(graphOf(edges, unitOf))).toBeNull();
    expect(findCycle(graphOf(edges.filter(({ typeOnly }) => !typeOnly)))).toBeNull();
  });

  it('is not bent by forwardRef, nor by global modules outside platform', () => {
    expect(linesWith(/\bforwardRef\b/)).toEqual([]);
    expect(
      linesWith(/@Global\(\)|\bglobal: true\b/, (path) => unitOf(path) === 'platform' || unitOf(path) === 'root'),
    ).toEqual([]);
  });

  it('knows no event bus', () => {
    expect(linesWith(/@nestjs\/(event-emitter|cqrs)|\bEventEmitter2\b/)).toEqual([]);
  });

  it('is what docs/modules.mmd shows; `npm run docs:diagrams` draws it', () => {
    expect(existsSync(MODULES_DIAGRAM) ? readFileSync(MODULES_DIAGRAM, 'utf8') : '').toBe(drawModules());
  });
});
