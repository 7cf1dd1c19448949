import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Build {
  /** Holds main.js, worker.js and embedded.js. */
  dir: string;
  remove(): void;
}

/**
 * The sources as they stand now, as programs to start, in a folder of their own. Types are not checked: `npm run
 * typecheck` does that, and takes twenty times as long.
 */
export async function buildProcesses(): Promise<Build> {
  const root = mkdtempSync(join(tmpdir(), 'countersign-build-'));
  const dir = join(root, 'dist');
  const sources = join(ROOT, 'src');
  for (const entry of readdirSync(sources, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.spec.ts')) continue;
    const from = join(entry.parentPath, entry.name);
    const to = join(dir, relative(sources, from));
    mkdirSync(dirname(to), { recursive: true });
    if (entry.name.endsWith('.ts')) {
      const { code } = await transformFile(from, { configFile: join(ROOT, '.swcrc'), sourceMaps: false });
      writeFileSync(to.replace(/\.ts$/, '.js'), code);
    } else {
      cpSync(from, to);
    }
  }
  cpSync(join(ROOT, 'package.json'), join(root, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'bundle.mjs'), dir]);
  return { dir, remove: () => rmSync(root, { recursive: true, force: true }) };
}
