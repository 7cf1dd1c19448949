/**
 * Makes a fresh clone ready before `npm start` and `npm test`: installs the dependencies and, for `start`, builds `dist/`.
 * Says in one line what it does and why; says nothing when nothing is to be done. Needs nothing but Node itself.
 *
 *   node scripts/bootstrap.mjs start | test | stamp     (stamp: note that dist/ has just been built from these sources)
 */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isBuilt, isInstalled, markBuilt, markInstalled, root, sourcesFingerprint } from './freshness.mjs';
import { withLock } from './lock.mjs';

const ATTEMPTS = 2;

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Countersign needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

/** Runs a command quietly; resolves to its exit code and what it printed. */
function run(command, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The environment of the caller without what would leave out the compiler, e.g. NODE_ENV=production. */
function installEnvironment() {
  const dropped = /^(NODE_ENV|npm_config_(omit|production|only|include|dry_run|package_lock_only|global|location))$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !dropped.test(name)));
}

function npm(args) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('npm-cli.js')
    ? run(process.execPath, [cli, ...args], installEnvironment())
    : run('npm', args, installEnvironment());
}

const nativeAddonLoads = () => run(process.execPath, ['-e', "new (require('better-sqlite3'))(':memory:').close()"]);

/**
 * `npm install --no-save` and not `npm ci`: it takes what the lock file says, too, and leaves the file alone; but `npm ci`
 * refuses a lock file that lacks the native package of some other platform, which a mirror may not have.
 */
async function install(reason) {
  console.log(`Installing dependencies (${reason}); this can take a few minutes…`);
  const modules = join(root, 'node_modules');
  // npm writes its record last: without it an earlier install was cut short, and half of a package may lie there.
  if (!existsSync(join(modules, '.package-lock.json'))) rmSync(modules, { recursive: true, force: true });
  let result;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    result = await npm(['install', '--no-save', '--include=dev', '--no-audit', '--no-fund']);
    if (result.code === 0) result = await nativeAddonLoads();
    if (result.code === 0) return markInstalled();
    if (attempt === ATTEMPTS) break;
    console.log('Installing failed; trying once more, from nothing…');
    rmSync(modules, { recursive: true, force: true });
  }
  console.error(result.output.slice(-8_000));
  console.error(
    'The dependencies could not be installed. Check the network; where no prebuilt SQLite exists, Python 3, make and a C++ compiler are needed.',
  );
  process.exit(1);
}

async function build(reason) {
  console.log(`Building dist/ (${reason})…`);
  // Taken before the compiler reads them, so that an edit made meanwhile leads to another build, not to a stale one.
  const fingerprint = sourcesFingerprint();
  const steps = [
    ['node_modules/@nestjs/cli/bin/nest.js', 'build'],
    ['scripts/copy-assets.mjs'],
    ['scripts/bundle.mjs'],
  ];
  for (const args of steps) {
    const { code, output } = await run(process.execPath, args);
    if (code === 0) continue;
    console.error(output);
    console.error('The build failed; see above.');
    // A half-built dist/ must not be taken for a whole one.
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    process.exit(1);
  }
  markBuilt(fingerprint);
}

/** Why `what` has to be done, or null. Asked again inside the lock: another start may have done it meanwhile. */
const reasonTo = { install: () => isInstalled(), build: () => isBuilt() };

async function main(mode) {
  checkNode();
  if (mode === 'stamp') return markBuilt(sourcesFingerprint());
  const wanted = mode === 'start' ? { install, build } : { install };
  if (Object.keys(wanted).every((what) => reasonTo[what]() === null)) return undefined;
  return withLock(join(root, '.tmp', 'bootstrap.lock'), async () => {
    for (const [what, action] of Object.entries(wanted)) {
      const reason = reasonTo[what]();
      if (reason !== null) await action(reason);
    }
  });
}

await main(process.argv[2] ?? 'start');
