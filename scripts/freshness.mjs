/** Whether node_modules/ and dist/ belong to what stands in the working tree, by content: clocks and checkouts may lie. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const INSTALL_STAMP = join(root, 'node_modules', '.countersign-lock-hash');
const BUILD_STAMP = join(root, 'dist', '.countersign-build-hash');

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null);

/** A native addon belongs to one platform and one ABI of Node, so these count as much as the lock file. */
const abi = () => `${process.platform}-${process.arch}-${process.versions.modules}`;

function lockHash() {
  const lock = read(join(root, 'package-lock.json')) ?? read(join(root, 'package.json')) ?? '';
  return createHash('sha256').update(lock).digest('hex');
}

/** Whether npm's own record of what it installed has every package of the lock file, e.g. after a plain `npm install`. */
function installedMatchesLock() {
  const wanted = JSON.parse(read(join(root, 'package-lock.json')) ?? '{}').packages ?? {};
  const present = JSON.parse(read(join(root, 'node_modules', '.package-lock.json')) ?? '{}').packages;
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = present[path];
    // Optional packages, of another platform say, are rightly absent.
    if (found === undefined) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version;
  });
}

/** Null when installed, otherwise why not. */
export function isInstalled() {
  if (!existsSync(join(root, 'node_modules'))) return 'node_modules is missing';
  const [hash, builtFor] = (read(INSTALL_STAMP) ?? '').trim().split(' ');
  if (hash === lockHash() && builtFor === abi()) return null;
  if (builtFor !== undefined && builtFor !== abi()) return 'Node or the platform has changed';
  if (installedMatchesLock()) {
    markInstalled();
    return null;
  }
  return hash === '' ? 'node_modules is incomplete' : 'package-lock.json has changed';
}

export function markInstalled() {
  writeFileSync(INSTALL_STAMP, `${lockHash()} ${abi()}\n`);
}

function* filesBelow(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (!entry.name.endsWith('.spec.ts')) yield path;
  }
}

/** One hash over everything that the build reads. */
export function sourcesFingerprint() {
  const top = readdirSync(root).filter((name) => /^(tsconfig.*\.json|nest-cli\.json|package-lock\.json)$/.test(name));
  const files = [...top.map((name) => join(root, name)), ...filesBelow(join(root, 'src'))];
  const steps = ['copy-assets.mjs', 'bundle.mjs', 'bundle-loader.cjs', 'keep-bytecode.mjs'];
  files.push(...steps.map((name) => join(root, 'scripts', name)));
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const content = readFileSync(file);
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Null when dist/ was built from these sources, otherwise why not. */
export function isBuilt() {
  if (!existsSync(join(root, 'dist'))) return 'it is missing';
  const stamp = read(BUILD_STAMP)?.trim();
  if (stamp === undefined) return 'it is incomplete';
  return stamp === sourcesFingerprint() ? null : 'the sources have changed';
}

export function markBuilt(fingerprint) {
  mkdirSync(dirname(BUILD_STAMP), { recursive: true });
  writeFileSync(BUILD_STAMP, `${fingerprint}\n`);
}
