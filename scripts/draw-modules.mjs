/** Writes docs/modules.mmd from the imports in src/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { drawModules, MODULES_DIAGRAM } from './architecture.mjs';

mkdirSync(dirname(MODULES_DIAGRAM), { recursive: true });
writeFileSync(MODULES_DIAGRAM, drawModules());
