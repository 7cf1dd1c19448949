import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PinoLoggerService } from './pino-logger.service.js';

const SLOW_MS = 1_000;

/** The route's pattern, never the address itself: that may carry a token, and has no bound on its variety. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'unmatched';

/** One line for each answer: those that failed or were slow at `info`, the rest at `debug`. */
export function registerRequestLog(fastify: FastifyInstance, logger: PinoLoggerService): void {
  const chatty = logger.isEnabled('debug');
  fastify.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    const notable = reply.statusCode >= 400 || reply.elapsedTime >= SLOW_MS;
    if (chatty || notable) {
      const facts = {
        requestId: request.id,
        method: request.method,
        route: routeOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        ip: request.ip,
      };
      if (notable) logger.log('request', facts, 'Http');
      else logger.debug('request', facts, 'Http');
    }
    done();
  });
}
