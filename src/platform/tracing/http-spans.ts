import type { FastifyInstance, FastifyRequest } from 'fastify';
import { routeOf } from '../logging/index.js';
import { activeTracing, type HeldSpan } from './spans.js';

/** Asked every few seconds by machines, and of no interest to anyone. */
const SILENT = new Set(['/health/live', '/health/ready', '/metrics']);

/** A span for each request, by its route's pattern: an address may carry a token. */
export function registerHttpSpans(fastify: FastifyInstance): void {
  const tracing = activeTracing();
  if (tracing === null) return;
  const spans = new WeakMap<FastifyRequest, HeldSpan>();

  fastify.addHook('onRequest', (request, _reply, done) => {
    const route = routeOf(request);
    if (SILENT.has(route)) {
      done();
      return;
    }
    const { traceparent } = request.headers;
    const span = tracing.begin(`${request.method} ${route}`, {
      kind: 'server',
      facts: { 'http.request.method': request.method, 'http.route': route, 'countersign.request_id': request.id },
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      root: true,
    });
    spans.set(request, span);
    span.around(done);
  });
  // Reading the body continues in the context of the socket, which knows nothing of the request.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else span.around(done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.fact('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.failed(String(reply.statusCode));
    span?.end();
    spans.delete(request);
    done();
  });
  // A client that went away gets no response, and its span would stay open.
  fastify.addHook('onRequestAbort', (request, done) => {
    spans.get(request)?.failed('aborted');
    spans.get(request)?.end();
    spans.delete(request);
    done();
  });
}
