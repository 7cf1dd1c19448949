import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { transformSync } from '@swc/core';

const SOURCES = 'src';
const BUILDS = '.tmp';
const BUNDLING = ['bundle.mjs', 'bundle-loader.cjs', 'keep-bytecode.mjs'].map((name) => join('scripts', name));

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .filter((file) => !file.endsWith('.spec.ts'))
    .sort();

/**
 * The entries as they run in production, made of the sources as they stand: for tests that start real processes. Made
 * once for a state of the sources, and by whichever test file comes first.
 * @returns the folder that holds `main.js`, `worker.js`, `embedded.js` and `cli.js`
 */
export function built(): string {
  const files = filesBelow(SOURCES);
  const hash = createHash('sha256');
  for (const file of [...files, ...BUNDLING]) hash.update(file).update(readFileSync(file));
  const target = join(BUILDS, `build-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(target)) return target;

  const draft = `${target}.${String(process.pid)}`;
  for (const file of files) {
    const to = join(draft, relative(SOURCES, file));
    mkdirSync(dirname(to), { recursive: true });
    if (!file.endsWith('.ts')) cpSync(file, to);
    else writeFileSync(to.replace(/\.ts$/, '.js'), transformSync(readFileSync(file, 'utf8'), { filename: file }).code);
  }
  execFileSync(process.execPath, [join('scripts', 'bundle.mjs'), draft]);
  try {
    renameSync(draft, target);
  } catch {
    // Another test file was quicker.
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}
