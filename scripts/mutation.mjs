/**
 * Mutation testing, file by file, so that each mutant meets only the unit specs of its file: see docs/mutation.md.
 * `npm run mutation` runs all; `npm run mutation -- src/otp` those whose path begins so. Ends with 1 where a mutant
 * survived that docs/mutation.md does not explain.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './freshness.mjs';
import { mutationFiles } from './mutation-files.mjs';

const CAUGHT = ['Killed', 'Timeout', 'RuntimeError'];
const UNFINDABLE = /Cannot find module|Could not locate module/;

const reports = join(root, 'reports', 'mutation');
const document = join(root, 'docs', 'mutation.md');
/** What docs/mutation.md says under the name of a file. */
const explained = new Map(
  (existsSync(document) ? readFileSync(document, 'utf8') : '')
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section]),
);
const wanted = process.argv.slice(2);
const chosen = [...mutationFiles].filter(
  ([path]) => wanted.length === 0 || wanted.some((start) => path.startsWith(start)),
);
mkdirSync(reports, { recursive: true });

/** What the source says at a place of the report, whose lines and columns begin at one. */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.map((line) => line.trim()).join(' ');
}

function runOne(path, specs) {
  const report = join(reports, `${path.replaceAll('/', '_')}.json`);
  const env = { ...process.env, MUTATE: path, MUTATION_SPECS: specs.join(','), MUTATION_REPORT: report };
  const stryker = join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  const { status } = spawnSync(process.execPath, [stryker, 'run'], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`Stryker failed on ${path}.`);
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  const { source, mutants } = files[path];
  // A mutant that breaks a spec while it is loaded is caught; a module that is not there says nothing about the mutant.
  const broken = mutants.find(
    ({ status: how, statusReason = '' }) => how === 'RuntimeError' && UNFINDABLE.test(statusReason),
  );
  if (broken !== undefined) throw new Error(`The specs of ${path} could not run: ${broken.statusReason}`);
  const caught = mutants.filter((mutant) => CAUGHT.includes(mutant.status)).length;
  const ignored = mutants.filter((mutant) => mutant.status === 'Ignored').length;
  const left = mutants
    .filter((mutant) => ['Survived', 'NoCoverage'].includes(mutant.status))
    .map(({ location, replacement, status: how }) => ({
      line: location.start.line,
      how,
      // The same words as in the list of docs/mutation.md.
      change: `${textAt(source, location)} → ${replacement.replace(/\s+/g, ' ')}`,
    }));
  const late = mutants.filter((mutant) => mutant.status === 'Timeout').length;
  return { caught, late, of: mutants.length - ignored, left };
}

let unexplained = 0;
for (const [path, specs] of chosen) {
  const { caught, late, of, left } = runOne(path, specs);
  console.log(`${path}: ${String(caught)} of ${String(of)}${late > 0 ? `, ${String(late)} by never ending` : ''}`);
  for (const { line, how, change } of left) {
    const known = explained.get(path)?.includes(change) === true;
    if (!known) unexplained += 1;
    console.log(`  ${String(line)} ${how}${known ? ', explained' : ''}: ${change}`);
  }
}
process.exitCode = unexplained === 0 ? 0 : 1;
