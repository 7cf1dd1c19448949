import { describe, expect, it } from '@jest/globals';
import { importsOf, productSources, type Source, sourcesIn, unitOf } from '../../scripts/architecture.mjs';

const MAX_LINES = 300;
const sources = productSources();

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(?<!:)\/\/.*$/gm, '');
const lineCount = (text: string): number => text.split('\n').length - 1;

/** Paths that match although they are not among those who may. */
const outside = (pattern: RegExp, allowed: (path: string) => boolean): string[] =>
  sources.filter(({ path, text }) => !allowed(path) && pattern.test(withoutComments(text))).map(({ path }) => path);

const importers = (name: string): string[] =>
  sources.filter(({ text }) => importsOf(text).some(({ specifier }) => specifier === name)).map(({ path }) => path);

describe('size', () => {
  // A migration is a list, read once from top to bottom, and frozen when it is released.
  const isMigration = (path: string): boolean => path.startsWith('platform/database/migrations/');

  it(`no file of src is longer than ${String(MAX_LINES)} lines`, () => {
    const files = sourcesIn('src', ['.ts', '.js', '.css']).filter(({ path }) => !isMigration(path));
    const long = files.filter(({ text }) => lineCount(text) > MAX_LINES);
    expect(long.map(({ path, text }) => `${path}: ${String(lineCount(text))}`)).toEqual([]);
  });
});

describe('one place for each dangerous thing', () => {
  it('only otp/hotp.ts imports speakeasy', () => {
    expect(importers('speakeasy').filter((path) => path !== 'otp/hotp.ts')).toEqual([]);
  });

  it('only platform/config reads the environment', () => {
    expect(outside(/\bprocess\.env\b/, (path) => path.startsWith('platform/config/'))).toEqual([]);
  });

  it('only the commands and the banner of the embedded start write to the console', () => {
    const mayPrint = (path: string): boolean => unitOf(path) === 'cli' || /^(cli|embedded)[\w.-]*\.ts$/.test(path);
    expect(outside(/\bconsole\.(log|error|warn|info|debug|trace|dir|table)\b/, mayPrint)).toEqual([]);
  });

  it('entities have no relations: plain id columns', () => {
    expect(outside(/@(OneToMany|ManyToOne|OneToOne|ManyToMany)\(/, () => false)).toEqual([]);
  });
});

describe('words that do not belong', () => {
  const all: Source[] = ['src', 'test', 'bench', 'scripts'].flatMap((folder) =>
    sourcesIn(folder, ['.ts', '.mts', '.mjs', '.cjs', '.js']).map(({ path, text }) => ({
      path: `${folder}/${path}`,
      text,
    })),
  );
  const having = (pattern: RegExp): string[] => all.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

  it('nothing is left for later', () => {
    // Written in halves, so that this file does not find itself.
    expect(having(new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`))).toEqual([]);
  });

  it('no test is left out, and none runs alone', () => {
    const words = ['on' + 'ly', 'sk' + 'ip', 'to' + 'do'].join('|');
    expect(
      having(new RegExp(`\\b(describe|it|test)(\\.\\w+)*\\.(${words})\\b|\\b(xit|xtest|xdescribe|fit|fdescribe)\\(`)),
    ).toEqual([]);
  });

  it('the type checker and the linter are not silenced without a reason', () => {
    const names = ['@ts-ig' + 'nore', '@ts-no' + 'check', 'eslint-dis' + 'able(?![^\\n]* -- )'];
    const bare = new RegExp(names.join('|'));
    expect(having(bare)).toEqual([]);
  });
});
