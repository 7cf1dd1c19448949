import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Readiness } from '../health/index.js';
import type { PinoLoggerService } from '../logging/index.js';
import { activeTracing } from '../tracing/index.js';

/** Orchestrators kill after ten seconds; ours is the last word before that. */
export const SHUTDOWN_LIMIT_MS = 9_500;
const IDLE_CHECK_MS = 50;

/** What ends, in this order. */
export interface ShutdownSteps {
  /** Readiness turns false, so that balancers look elsewhere. */
  announce(): void;
  /** No new connections; requests in hand are finished. */
  drain(): Promise<void>;
  /** Jobs in hand are finished, connections to others closed. */
  close(): Promise<void>;
}

/** The parts of `process` that are used, so that a test can stand in. */
export interface ShutdownProcess {
  on(signal: 'SIGTERM' | 'SIGINT', handler: () => void): unknown;
  exit(code: number): unknown;
}

/**
 * A connection whose last request was in hand when the server closed is idle afterwards, and nothing closes it: it
 * would hold the process until its keep-alive ends. So idle connections are looked for until none is left.
 */
export async function drainHttp(fastify: FastifyInstance): Promise<void> {
  const server = fastify.server;
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  try {
    await fastify.close();
  } finally {
    clearInterval(sweep);
  }
}

const isHttpApp = (app: INestApplicationContext): app is INestApplicationContext & { getHttpAdapter(): unknown } =>
  'getHttpAdapter' in app;

/** For any entry: with or without HTTP, with or without a health module. */
export function shutdownSteps(app: INestApplicationContext): ShutdownSteps {
  let readiness: Readiness | null = null;
  try {
    readiness = app.get(Readiness, { strict: false });
  } catch {
    // A process without a health module has nobody to tell.
  }
  return {
    announce: () => readiness?.stop(),
    drain: async () => {
      if (!isHttpApp(app)) return;
      const adapter = app.getHttpAdapter() as { getInstance(): FastifyInstance };
      await drainHttp(adapter.getInstance());
    },
    close: () => app.close(),
  };
}

/**
 * SIGTERM and SIGINT end the process with work in hand finished, within {@link SHUTDOWN_LIMIT_MS}: with code 0, or
 * with 1 where something did not end in time or failed to. A second signal ends it at once.
 */
export function stopOnSignals(
  steps: ShutdownSteps,
  logger: Pick<PinoLoggerService, 'log' | 'error'>,
  host: ShutdownProcess = process,
  limitMs = SHUTDOWN_LIMIT_MS,
): void {
  let stopping = false;

  const stop = async (signal: string): Promise<void> => {
    logger.log('Stopping: work in hand is finished first.', { signal }, 'Shutdown');
    const limit = setTimeout(() => {
      logger.error('Some work did not end in time and is cut off.', 'Shutdown');
      host.exit(1);
    }, limitMs);
    try {
      steps.announce();
      await steps.drain();
      await steps.close();
      // Last, so that it has the spans of the work that was finished.
      await activeTracing()?.close();
      clearTimeout(limit);
      logger.log('Stopped.', 'Shutdown');
      host.exit(0);
    } catch (error) {
      clearTimeout(limit);
      logger.error('Stopping failed.', error, 'Shutdown');
      host.exit(1);
    }
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    host.on(signal, () => {
      if (stopping) {
        host.exit(1);
        return;
      }
      stopping = true;
      void stop(signal);
    });
  }
}
