// For `node --import`: at its end the process writes down which files of packages it has loaded.
import { writeFileSync } from 'node:fs';
import { Module } from 'node:module';

const target = process.env.LOADED_MODULES_FILE;
if (target) process.on('exit', () => writeFileSync(target, Object.keys(Module._cache).join('\n')));
