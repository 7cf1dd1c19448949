import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';

interface RequestContext {
  requestId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The id of the request in hand, for log lines and error references; undefined outside of one. */
export const currentRequestId = (): string | undefined => storage.getStore()?.requestId;

/** Also for jobs: everything logged by `work` carries the id. */
export const withRequestId = <T>(requestId: string, work: () => T): T => storage.run({ requestId }, work);

/**
 * Entered twice: reading the body continues in the context of the socket, which knows nothing of the request, so what
 * `onRequest` has set up is gone by the time the handler runs.
 */
export function registerRequestContext(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    storage.run({ requestId: request.id }, done);
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (storage.getStore()?.requestId === request.id) done();
    else storage.run({ requestId: request.id }, done);
  });
}
