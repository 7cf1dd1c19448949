import { readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { GRAPHIQL_TYPES, graphiqlFilePath, isGraphiqlFile } from './graphiql-files.js';

export interface GraphiqlOptions {
  /** Where the page sends its operations, e.g. `/graphql`. */
  graphqlPath: string;
}

/**
 * No script but our own files and no other host, neither to load from nor to send to: a token pasted into the page
 * stays here. Styles inline, since the editor sets them; no `unsafe-eval`, which GraphiQL 3 does not need.
 */
export const GRAPHIQL_CSP = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const page = (graphqlPath: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>Countersign – GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/graphiql/assets/graphiql.min.css">
    <style>html, body, #graphiql { height: 100%; margin: 0; }</style>
  </head>
  <body>
    <div id="graphiql" data-graphql-path="${escapeAttribute(graphqlPath)}">Loading…</div>
    <script src="/graphiql/assets/react.production.min.js"></script>
    <script src="/graphiql/assets/react-dom.production.min.js"></script>
    <script src="/graphiql/assets/graphiql.min.js"></script>
    <script src="/graphiql/assets/graphiql-page.js"></script>
  </body>
</html>
`;

const guarded = (reply: FastifyReply): FastifyReply =>
  reply
    .header('content-security-policy', GRAPHIQL_CSP)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'no-cache');

/** Serves GraphiQL at `/graphiql` from files of our own. For every mode but production; the caller decides. */
export function registerGraphiql(fastify: FastifyInstance, { graphqlPath }: GraphiqlOptions): void {
  const html = page(graphqlPath);

  fastify.get('/graphiql', (_request, reply) => guarded(reply).type('text/html; charset=utf-8').send(html));

  fastify.get<{ Params: { file: string } }>('/graphiql/assets/:file', async (request, reply) => {
    const { file } = request.params;
    // A fixed list of names, never a path: nothing else on the disk can be asked for.
    if (!isGraphiqlFile(file)) return reply.code(404).type('text/plain').send('Not found');
    return guarded(reply)
      .type(GRAPHIQL_TYPES[file])
      .send(await readFile(graphiqlFilePath(file)));
  });
}
