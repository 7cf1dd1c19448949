/** `node --import ./bench/typescript.mjs file.ts`: runs the sources as they are, without a build (Node 20 cannot). */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
