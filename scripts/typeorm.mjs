/** TypeORM's command line with ormconfig.ts: the built sources, and the configuration compiled beside them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import { root } from './freshness.mjs';

const node = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;

let status = node('scripts/bootstrap.mjs', 'start');
if (status === 0) {
  const source = readFileSync(join(root, 'ormconfig.ts'), 'utf8').replaceAll("'./src/", "'../dist/");
  const { code } = transformSync(source, { filename: 'ormconfig.ts', cwd: root });
  mkdirSync(join(root, '.tmp'), { recursive: true });
  writeFileSync(join(root, '.tmp', 'ormconfig.mjs'), code);
  status = node('node_modules/typeorm/cli.js', ...process.argv.slice(2), '-d', '.tmp/ormconfig.mjs');
}
process.exitCode = status;
