import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/index.js';
import { COOKIE_KINDS, cookiePolicy } from './cookies.js';
import { problemBody } from './problem.js';

const READS_ONLY: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** The origins whose pages may act with our cookies: our own, and those that the operator named. */
export function trustedOrigins({ publicUrl, corsOrigins }: Pick<Config, 'publicUrl' | 'corsOrigins'>): Set<string> {
  const own = new URL(publicUrl);
  const origins = new Set([own.origin, ...corsOrigins]);
  // On one's own machine the names of the loopback are used for each other.
  if (own.protocol === 'http:' && LOOPBACK.includes(own.hostname)) {
    const port = own.port === '' ? '' : `:${own.port}`;
    for (const name of LOOPBACK) origins.add(`http://${name}${port}`);
  }
  return origins;
}

/**
 * Cross-site request forgery: SameSite=Strict keeps our cookies from other sites, but not from a sibling host or, in
 * older browsers, at all. A browser states the origin of every POST; one that is not ours, or `null`, is refused.
 * Requests without our cookies carry their credential in a header or in the body, and need no such check.
 */
export function registerOriginCheck(fastify: FastifyInstance, config: Config): void {
  const trusted = trustedOrigins(config);
  const names = COOKIE_KINDS.map((kind) => `${cookiePolicy(config).names[kind]}=`);
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin, cookie } = request.headers;
    if (
      origin === undefined ||
      cookie === undefined ||
      READS_ONLY.has(request.method) ||
      trusted.has(origin) ||
      !names.some((name) => cookie.includes(name))
    ) {
      done();
      return;
    }
    const message = 'Requests with cookies are taken from pages of this service only.';
    void reply.status(403).send(problemBody({ status: 403, code: 'FORBIDDEN', message }));
  });
}
