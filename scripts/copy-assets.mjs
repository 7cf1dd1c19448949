/** After the compiler: takes what is not TypeScript from src/ to dist/, and GraphiQL's files from node_modules. */
import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { root } from './freshness.mjs';

const STATIC = new Set([
  '.html',
  '.css',
  '.js',
  '.mjs',
  '.svg',
  '.png',
  '.ico',
  '.txt',
  '.json',
  '.woff2',
  '.webmanifest',
]);

cpSync(join(root, 'src'), join(root, 'dist'), {
  recursive: true,
  // Folders (no extension), and files that a browser loads.
  filter: (source) => extname(source) === '' || STATIC.has(extname(source)),
});

const { GRAPHIQL_VENDOR_FILES } = await import('../dist/platform/http/graphiql-files.js');
const assets = join(root, 'dist', 'platform', 'http', 'graphiql-assets');
mkdirSync(assets, { recursive: true });
for (const [name, path] of Object.entries(GRAPHIQL_VENDOR_FILES)) {
  copyFileSync(join(root, 'node_modules', path), join(assets, name));
}
