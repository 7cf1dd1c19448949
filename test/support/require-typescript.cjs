/**
 * Jest loads globalSetup through require(), where moduleNameMapper does not reach. There too `./x.js`, imported by a
 * TypeScript file, means `./x.ts` when only that exists.
 */
const { existsSync } = require('node:fs');
const Module = require('node:module');
const { dirname, resolve } = require('node:path');

const original = Module._resolveFilename;

Module._resolveFilename = function resolveTypeScript(request, parent, ...rest) {
  if (parent?.filename?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/.test(request)) {
    const source = resolve(dirname(parent.filename), request.replace(/\.js$/, '.ts'));
    if (existsSync(source)) return original.call(this, source, parent, ...rest);
  }
  return original.call(this, request, parent, ...rest);
};
