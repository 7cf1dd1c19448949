/**
 * After the compiler: makes of the entries and all that they import a few files below bundle/, and of each entry the one
 * line that loads its own. Reading thousands of small modules was most of a start; see docs/decisions.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const here = dirname(fileURLToPath(import.meta.url));

const ENTRIES = ['main', 'worker', 'cli', 'embedded', 'print-schema'];

/** Native addons load their binary from beside themselves. */
const NATIVE = ['better-sqlite3', '@node-rs/argon2'];

/**
 * speakeasy uses `new Buffer`, of which Node warns anywhere but below node_modules. Apollo's hash asks its own module for
 * Node's crypto, which a module in a bundle does not have, and would reckon in JavaScript instead.
 */
const AS_INSTALLED = ['speakeasy', '@apollo/utils.createhash'];

/** What a library would use if it were installed, and asks for by name at that moment. Anything else must be found. */
const OPTIONAL = [
  '@apollo/gateway',
  '@apollo/subgraph',
  '@as-integrations/express5',
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/microservices/microservices-module.js',
  '@nestjs/platform-express',
  '@nestjs/websockets/socket-module.js',
  'bufferutil',
  'class-transformer',
  'class-validator',
  'ts-morph',
  'utf-8-validate',
];

/** Files of ours that stand beside a module are still found from where that module was. */
const placesOf = (folder) => ({
  name: 'places',
  transform: {
    filter: { code: 'import.meta.url' },
    handler(code, id) {
      const path = relative(folder, id).split(sep).join('/');
      if (path.startsWith('..') || path.includes('node_modules')) return null;
      return { code: code.replaceAll('import.meta.url', `new URL('../${path}', import.meta.url).href`), map: null };
    },
  },
});

/** TypeORM loads its code for every engine there is; ours are MySQL, MariaDB and SQLite. */
const engines = {
  name: 'engines',
  load: {
    filter: {
      id: /typeorm\/driver\/(aurora|capacitor|cockroach|cordova|expo|mongo|native|oracle|postgres|react|sap|spanner|sqljs|sqlserver)/,
    },
    handler: () => 'module.exports = {};',
  },
};

/** One letter beyond Latin-1 would double the memory of the whole text, and the loader reads it as bytes. */
const escaped = {
  name: 'escaped',
  renderChunk(code) {
    if (/\\[^\0-\x7f]/.test(code)) throw new Error('A letter behind a backslash cannot be escaped.');
    return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  },
};

/** @param folder what the compiler made: `dist` */
export async function bundle(folder) {
  const place = realpathSync(folder);
  const made = await rolldown({
    input: Object.fromEntries(ENTRIES.map((name) => [name, join(place, `${name}.js`)])),
    platform: 'node',
    external: [...NATIVE, ...AS_INSTALLED, ...OPTIONAL],
    plugins: [placesOf(place), engines, escaped],
    onLog(level, log, report) {
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
      if (log.code !== 'EVAL' && log.code !== 'CIRCULAR_DEPENDENCY') report(level, log);
    },
  });
  // Names of classes and lines of code stay as they are: Nest and TypeORM use the one, a stack trace shows the other.
  await made.write({
    dir: join(place, 'bundle'),
    format: 'cjs',
    // A dynamic import asks for a flag of Node where the code does not run as a module of its own.
    dynamicImportInCjs: false,
    keepNames: true,
    minify: false,
    // The notices of those whose code this is stay with it.
    comments: { legal: true, annotation: false, jsdoc: false },
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    // The shape in which the loader runs a file.
    postBanner: '(function (exports, require, module, __filename, __dirname) {',
    postFooter: '})',
  });
  await made.close();
  copyFileSync(join(here, 'bundle-loader.cjs'), join(place, 'bundle', 'load.cjs'));
  for (const name of ENTRIES) {
    const path = join(place, `${name}.js`);
    const shebang = /^#!.*\n/.exec(readFileSync(path, 'utf8'))?.[0] ?? '';
    writeFileSync(path, `${shebang}import { run } from './bundle/load.cjs';\n\nrun('${name}');\n`);
    rmSync(`${path}.map`, { force: true });
  }
  execFileSync(process.execPath, [join(here, 'keep-bytecode.mjs'), place], { stdio: 'inherit' });
}

const called = process.argv[1] === undefined ? '' : resolve(process.argv[1]);
if (called === fileURLToPath(import.meta.url)) await bundle(resolve(process.argv[2] ?? join(dirname(here), 'dist')));
