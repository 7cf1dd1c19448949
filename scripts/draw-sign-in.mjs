/** Writes docs/sign-in.mmd from the built transition table: run `npm run build` first. */
import { writeFileSync } from 'node:fs';
import { drawSignIn } from '../dist/auth/sign-in/sign-in.diagram.js';

writeFileSync('docs/sign-in.mmd', drawSignIn());
