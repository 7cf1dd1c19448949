import { describe, expect, it } from '@jest/globals';
import { importsOf, productSources, unitOf } from '../../scripts/architecture.mjs';

const sources = productSources();

/** Pure by name or place: the same input gives the same output, so a table of rows tests them whole. */
const isPure = (path: string): boolean => /\.(policy|machine)\.ts$/.test(path) || unitOf(path) === 'shared';

const OUTSIDE =
  /^(@nestjs\/|@apollo\/|typeorm|bull|ioredis|fastify|pino|nodemailer|node:(fs|net|http|https|child_process|crypto|dns|os|worker_threads|timers))/;
const AMBIENT =
  /\bDate\.now\(|\bnew Date\(\s*\)|\bDate\(\)|\bMath\.random\(|\bprocess\.|\bperformance\.now\(|\bset(Timeout|Interval|Immediate)\(/;

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');

describe('policies, machines and shared/', () => {
  const pure = sources.filter(({ path }) => isPure(path));

  it('are looked at', () => {
    expect(pure.length).toBeGreaterThan(5);
  });

  it('import nothing of the outside', () => {
    const breaches = pure.flatMap(({ path, text }) =>
      importsOf(text)
        .filter(({ specifier, typeOnly }) => !typeOnly && OUTSIDE.test(specifier))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(breaches).toEqual([]);
  });

  it('take time and chance as arguments', () => {
    expect(pure.filter(({ text }) => AMBIENT.test(withoutComments(text))).map(({ path }) => path)).toEqual([]);
  });

  it.each(['Date.now()', 'new Date()', 'Math.random()', 'process.env.X', 'setTimeout(f)'])(
    'would not get away with %s',
    (code) => {
      expect(AMBIENT.test(`const x = ${code};`)).toBe(true);
    },
  );

  it('may build a date from a number', () => {
    expect(AMBIENT.test('const x = new Date(now + 1);')).toBe(false);
  });
});

describe('clock and chance elsewhere', () => {
  const inPlatform = (path: string): boolean => ['platform', 'cli', 'root'].includes(unitOf(path));

  it('come from the injected Clock and Random', () => {
    const ambient = /\bDate\.now\(|\bnew Date\(\s*\)|\bMath\.random\(|\brandomBytes\(|\brandomUUID\(|\brandomInt\(/;
    const breaches = sources.filter(({ path, text }) => !inPlatform(path) && ambient.test(withoutComments(text)));
    expect(breaches.map(({ path }) => path)).toEqual([]);
  });
});
