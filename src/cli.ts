#!/usr/bin/env node
import 'reflect-metadata';
import { COMMANDS } from './cli/commands/index.js';
import { main } from './cli/main.js';
import { terminal } from './cli/terminal.js';

// Whoever reads the output may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

void main(COMMANDS, process.argv.slice(2), terminal).then((code) => (process.exitCode = code));
