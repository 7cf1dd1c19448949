/** The direction of imports as a table, and what the sources really import. Shared by the test and the diagram. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { root } from './freshness.mjs';

const BASE = ['platform', 'shared'];
const LEAF = BASE;

/**
 * Unit of src/ → what it may import besides itself. `root` stands for the entries and composition roots: `src/*.ts`.
 * A unit that is not listed here may not exist.
 */
export const DIRECTION = {
  shared: [],
  platform: ['shared'],
  audit: LEAF,
  organizations: LEAF,
  otp: LEAF,
  notification: LEAF,
  settings: ['audit', 'organizations', ...BASE],
  roles: ['audit', 'organizations', ...BASE],
  users: ['roles', 'audit', 'organizations', ...BASE],
  auth: ['users', 'roles', 'settings', 'otp', 'notification', 'audit', 'organizations', ...BASE],
  // Administrators' changes cross every module, and signing in must not know of them: a module above the orchestrator.
  administration: ['auth', 'users', 'roles', 'settings', 'otp', 'notification', 'audit', 'organizations', ...BASE],
  // The web pages talk GraphQL only.
  console: BASE,
  cli: '*',
  root: '*',
};

/** Units that others enter through their index.ts alone. */
export const FEATURES = [
  'administration',
  'auth',
  'users',
  'roles',
  'settings',
  'otp',
  'notification',
  'audit',
  'organizations',
];

export const mayImport = (from, to) => from === to || DIRECTION[from] === '*' || DIRECTION[from]?.includes(to) === true;

/** The unit of a path relative to src/, with forward slashes. The entry of the command line is part of it. */
export const unitOf = (path) => {
  if (path === 'cli.ts') return 'cli';
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'root';
};

// `import …`/`export …` at the start of a line up to its specifier, `import('…')` and `require('…')` anywhere.
const STATEMENT =
  /^[ \t]*(?:import|export)\b(?:[ \t]+(type)\b(?![ \t]*(?:,|from\b)))?(?:[\w\s{},*$]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm;
const CALL = /\b(?:import|require)\(\s*['"]([^'"\n]+)['"]\s*\)/g;

const withoutComments = (text) =>
  text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/^[ \t]*\/\/.*$/gm, '');

/** Every module that a source names, and whether for its types alone. */
export function importsOf(text) {
  const code = withoutComments(text);
  const statements = [...code.matchAll(STATEMENT)].map((match) => ({
    specifier: match[2],
    typeOnly: match[1] !== undefined,
  }));
  const calls = [...code.matchAll(CALL)].map((match) => ({ specifier: match[1], typeOnly: false }));
  return [...statements, ...calls];
}

function* filesBelow(directory, extensions) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, extensions);
    else if (extensions.some((extension) => entry.name.endsWith(extension))) yield path;
  }
}

/** The files of a folder of the project: path relative to the folder, with forward slashes, and text. */
export function sourcesIn(folder, extensions = ['.ts']) {
  const base = join(root, folder);
  return [...filesBelow(base, extensions)].sort().map((file) => ({
    path: relative(base, file).split(sep).join('/'),
    text: readFileSync(file, 'utf8'),
  }));
}

const isTest = (path) => path.endsWith('.spec.ts') || path.endsWith('.fixture.ts');

/** What src/ consists of, tests beside it left out. */
export const productSources = () => sourcesIn('src').filter(({ path }) => !isTest(path));

/** Relative imports between the files given: paths relative to src/; a target outside src/ begins with `../`. */
export function edgesOf(sources) {
  return sources.flatMap(({ path, text }) =>
    importsOf(text)
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier, typeOnly }) => ({
        from: path,
        to: posix.normalize(posix.join(posix.dirname(path), specifier)).replace(/\.js$/, '.ts'),
        typeOnly,
      })),
  );
}

/** Edges that the table forbids, a sentence each. */
export function forbiddenEdges(edges) {
  return edges.flatMap(({ from, to }) => {
    if (to.startsWith('../')) return [`${from} imports ${to}, outside of src`];
    const [source, target] = [unitOf(from), unitOf(to)];
    if (!(source in DIRECTION)) return [`${from} belongs to no unit of the table`];
    if (!mayImport(source, target)) return [`${from} imports ${to}: ${source} may not import ${target}`];
    const isNeighbour = source !== target && source !== 'root' && source !== 'cli';
    if (isNeighbour && FEATURES.includes(target) && to !== `${target}/index.ts`) {
      return [`${from} imports ${to}, not ${target}/index.ts`];
    }
    return [];
  });
}

/** A cycle over the nodes of a graph as a path that ends where it began, or null. */
export function findCycle(graph) {
  const done = new Set();
  const visit = (node, trail) => {
    const at = trail.indexOf(node);
    if (at >= 0) return [...trail.slice(at), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle !== null) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

/** Adjacency by `key`, e.g. of units or of files. */
export function graphOf(edges, key = (path) => path) {
  const graph = new Map();
  for (const edge of edges) {
    const [from, to] = [key(edge.from), key(edge.to)];
    if (!graph.has(from)) graph.set(from, new Set());
    // Within one unit files may import each other; a file that imports itself is a cycle.
    if (from !== to || from === edge.from) graph.get(from).add(to);
  }
  return graph;
}

const ROOT_LABEL = 'main · worker · embedded';

/** `docs/modules.mmd`: the modules as they import each other in the code, platform and shared drawn once for all. */
export function drawModules(sources = productSources()) {
  const graph = graphOf(edgesOf(sources), unitOf);
  const units = new Set(sources.map(({ path }) => unitOf(path)));
  const features = FEATURES.filter((unit) => units.has(unit));
  const lines = ['%% Generated from the imports in src/ by `npm run docs:diagrams`. Do not edit.', 'flowchart TD'];
  lines.push(`  root["${ROOT_LABEL}"]`);
  for (const unit of ['cli', 'console']) if (units.has(unit)) lines.push(`  ${unit}`);
  lines.push('  subgraph features');
  for (const unit of features) lines.push(`    ${unit}`);
  lines.push('  end', '  platform', '  shared');
  for (const unit of features) {
    for (const target of features)
      if (unit !== target && graph.get(unit)?.has(target)) lines.push(`  ${unit} --> ${target}`);
  }
  for (const unit of ['cli', 'console'])
    if (units.has(unit)) lines.push(unit === 'cli' ? '  cli --> features' : '  root --> console');
  lines.push('  root --> features');
  if (units.has('console')) lines.push('  console --> platform');
  lines.push('  features --> platform', '  platform --> shared');
  return `${lines.join('\n')}\n`;
}

export const MODULES_DIAGRAM = join(root, 'docs', 'modules.mmd');
