/**
 * Stands beside the bundle, as load.cjs. Runs its files, each with the bytecode that the build has kept for it. Node
 * has this for modules of its own from version 22 on, not yet in 20.
 */
/* global __dirname, __filename */
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire, Module } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const scripts = new Map();
const installed = createRequire(__filename);

const bytecodeOf = (file) => {
  try {
    return readFileSync(join(__dirname, `${file}.bytecode`));
  } catch {
    return undefined;
  }
};

/** V8 refuses bytecode of another version, of other flags or for another text, and compiles as if there were none. */
function compiled(file) {
  const filename = join(__dirname, file);
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData: bytecodeOf(file),
  });
  scripts.set(file, script);
  return script;
}

/** In Node's own register of modules, as if Node had loaded it: who asks there what is loaded is told. */
function load(file) {
  const filename = join(__dirname, file);
  const known = installed.cache[filename];
  if (known !== undefined) return known.exports;
  const module = new Module(filename);
  installed.cache[filename] = module;
  compiled(file).runInThisContext()(module.exports, requireHere, module, filename, __dirname);
  module.loaded = true;
  return module.exports;
}

const requireHere = (name) => (/^\.\/[^/]+\.cjs$/.test(name) ? load(name.slice(2)) : installed(name));

exports.run = (entry) => load(`${entry}.cjs`);

/** For the build: what has run so far is kept as it is now, and of the other files what V8 compiles before they run. */
exports.keepBytecode = (files) => {
  for (const file of files) {
    writeFileSync(join(__dirname, `${file}.bytecode`), (scripts.get(file) ?? compiled(file)).createCachedData());
  }
};
