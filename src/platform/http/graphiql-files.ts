import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Everything that the GraphiQL page loads, by the name it is served under. Nothing comes from another host. */
export const GRAPHIQL_TYPES = {
  'react.production.min.js': 'text/javascript; charset=utf-8',
  'react-dom.production.min.js': 'text/javascript; charset=utf-8',
  'graphiql.min.js': 'text/javascript; charset=utf-8',
  'graphiql.min.css': 'text/css; charset=utf-8',
  'graphiql-page.js': 'text/javascript; charset=utf-8',
} as const;

export type GraphiqlFile = keyof typeof GRAPHIQL_TYPES;

/** Where the files of others lie under node_modules; the build copies them, with their licences, beside our own. */
export const GRAPHIQL_VENDOR_FILES: Readonly<Record<string, string>> = {
  'react.production.min.js': 'react/umd/react.production.min.js',
  'react-dom.production.min.js': 'react-dom/umd/react-dom.production.min.js',
  'graphiql.min.js': 'graphiql/graphiql.min.js',
  'graphiql.min.css': 'graphiql/graphiql.min.css',
  'react.LICENSE.txt': 'react/LICENSE',
  'graphiql.LICENSE.txt': 'graphiql/LICENSE',
};

export const isGraphiqlFile = (name: string): name is GraphiqlFile => Object.hasOwn(GRAPHIQL_TYPES, name);

/** The path on disk: beside this file once built, in node_modules when run from the sources. */
export function graphiqlFilePath(name: GraphiqlFile): string {
  const built = fileURLToPath(new URL(`./graphiql-assets/${name}`, import.meta.url));
  if (existsSync(built)) return built;
  return fileURLToPath(new URL(`../../../node_modules/${GRAPHIQL_VENDOR_FILES[name] ?? name}`, import.meta.url));
}
