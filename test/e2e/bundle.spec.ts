import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { built } from '../support/built.js';

describe('the bundle', () => {
  let entries: string;
  let files: string[];

  beforeAll(() => {
    entries = built();
    files = readdirSync(join(entries, 'bundle')).filter((file) => file.endsWith('.cjs') && file !== 'load.cjs');
  });

  it('comes with bytecode that this Node takes', () => {
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const path = join(entries, 'bundle', file);
      const script = new Script(readFileSync(path, 'latin1'), { cachedData: readFileSync(`${path}.bytecode`) });
      expect([file, script.cachedDataRejected]).toEqual([file, false]);
    }
  });

  it('keeps the names of classes and the lines of the code', () => {
    const text = files.map((file) => readFileSync(join(entries, 'bundle', file), 'latin1')).join('\n');
    expect(text.includes('var UserEntity = class {')).toBe(true);
    expect(text.split('\n').length).toBeGreaterThan(100_000);
    expect(/[^\0-\x7f]/.test(text)).toBe(false);
  });

  it('leaves each entry one line that runs its own file', () => {
    for (const name of ['main', 'worker', 'cli', 'embedded', 'print-schema']) {
      expect(readFileSync(join(entries, `${name}.js`), 'utf8')).toContain(`run('${name}');`);
    }
    expect(readFileSync(join(entries, 'cli.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
