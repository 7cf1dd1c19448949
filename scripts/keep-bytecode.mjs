/** After the bundle: starts the application once, as the printing of the schema does, and keeps what V8 has compiled. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const folder = resolve(process.argv[2], 'bundle');
const files = readdirSync(folder).filter((file) => file.endsWith('.cjs') && file !== 'load.cjs');
const { run, keepBytecode } = createRequire(import.meta.url)(join(folder, 'load.cjs'));
const draft = mkdtempSync(join(tmpdir(), 'countersign-bundle-'));

process.on('exit', (code) => {
  rmSync(draft, { recursive: true, force: true });
  if (code === 0) keepBytecode(files);
});

// The driver of production, which the printing of the schema does without: it is evaluated when asked for.
const driver = files.find((file) => file.startsWith('mysql2-'));
if (driver === undefined) throw new Error('The bundle has no file for mysql2.');
void run(driver.slice(0, -'.cjs'.length)).default;

process.argv[2] = join(draft, 'schema.graphql');
run('print-schema');
