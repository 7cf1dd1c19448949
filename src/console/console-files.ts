import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ConsoleFile {
  type: string;
  content: Buffer;
  etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Beside this file, both in the sources and once built. */
const FOLDER = fileURLToPath(new URL('./assets/', import.meta.url));

/** Everything that the pages load, by name, read once: what is asked for later is looked up here, never on the disk. */
export function loadConsoleFiles(folder: string = FOLDER): ReadonlyMap<string, ConsoleFile> {
  const files = new Map<string, ConsoleFile>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const content = readFileSync(`${folder}/${name}`);
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
    files.set(name, { type, content, etag });
  }
  return files;
}
