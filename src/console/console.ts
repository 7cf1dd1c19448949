import type { FastifyInstance, FastifyReply } from 'fastify';
import { loadConsoleFiles } from './console-files.js';
import { CONSOLE_CSP, CONSOLE_PAGES, consolePage } from './console-pages.js';

export interface ConsoleOptions {
  /** Where the pages send their operations, e.g. `/graphql`. */
  graphqlPath: string;
}

const guarded = (reply: FastifyReply): FastifyReply =>
  reply
    .header('content-security-policy', CONSOLE_CSP)
    .header('x-content-type-options', 'nosniff')
    .header('x-frame-options', 'DENY')
    // The address of a mailed link holds its token: no other site, and no request for an asset, may be told of it.
    .header('referrer-policy', 'no-referrer');

/**
 * Serves the hosted pages: shells that know nobody, and the files that bring them to life over GraphQL. A GET of any
 * of them, a mailed link's included, changes nothing. To be called before the application starts to listen.
 * @throws Error when the assets are missing, which a build without its copy step would leave unnoticed until a visit
 */
export function registerConsole(fastify: FastifyInstance, { graphqlPath }: ConsoleOptions): void {
  const files = loadConsoleFiles();

  fastify.get('/', (_request, reply) => guarded(reply).header('cache-control', 'no-store').redirect('/sign-in', 302));

  for (const [path, page] of Object.entries(CONSOLE_PAGES)) {
    if (!files.has(page.script)) throw new Error(`The file ${page.script} of the page ${path} is missing.`);
    const html = consolePage(page, graphqlPath);
    fastify.get(path, (_request, reply) =>
      guarded(reply).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html),
    );
  }

  fastify.get<{ Params: { file: string } }>('/console/assets/:file', (request, reply) => {
    // A fixed list of names, never a path: nothing else on the disk can be asked for.
    const file = files.get(request.params.file);
    if (file === undefined) return reply.code(404).type('text/plain').send('Not found');
    // Kept by browsers and asked for anew each time, so that pages of two versions never mix.
    guarded(reply).header('cache-control', 'no-cache').header('etag', file.etag);
    if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
    return reply.type(file.type).send(file.content);
  });
}
