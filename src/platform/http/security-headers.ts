import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/index.js';

const YEAR_SECONDS = 31_536_000;

/**
 * What every answer carries. An API's answer is data: nothing in it may run, load, be framed, be stored or be taken
 * for another type. Pages set a policy of their own, and override these.
 */
export function securityHeaders(config: Pick<Config, 'publicUrl'>): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    ...(config.publicUrl.startsWith('https:') && { 'strict-transport-security': `max-age=${String(YEAR_SECONDS)}` }),
  };
}

/** Set as the request arrives, so that a route's own value wins. The id is what an error's reference names. */
export function registerSecurityHeaders(fastify: FastifyInstance, config: Pick<Config, 'publicUrl'>): void {
  const headers = securityHeaders(config);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id);
    done();
  });
}
