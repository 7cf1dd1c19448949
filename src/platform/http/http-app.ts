import cookie from '@fastify/cookie';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/index.js';
import { PinoLoggerService, registerRequestContext, registerRequestLog, routeOf } from '../logging/index.js';
import { Metrics } from '../metrics/index.js';
import { registerHttpSpans } from '../tracing/index.js';
import { HttpErrorsFilter } from './errors.filter.js';
import { fastifyOptions, HTTP_LIMITS, type HttpLimits } from './fastify-options.js';
import { registerOriginCheck } from './origin-check.js';
import { registerSecurityHeaders } from './security-headers.js';

type RootModule = Parameters<typeof NestFactory.create>[0];

function registerMetrics(fastify: FastifyInstance, app: NestFastifyApplication): void {
  const metrics = app.get(Metrics, { strict: false });
  fastify.addHook('onResponse', (request, reply, done) => {
    metrics.request(routeOf(request), reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}

/** Exactly the named origins, with credentials; none unless the operator names some. */
function enableCors(app: NestFastifyApplication, corsOrigins: string[]): void {
  if (corsOrigins.length === 0) return;
  app.enableCors({
    origin: corsOrigins,
    credentials: true,
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name'],
    exposedHeaders: ['retry-after', 'x-request-id'],
    maxAge: 600,
  });
}

/**
 * The HTTP edge around a composition root: made, with its hooks, but neither initialized nor listening. The module
 * must import `MetricsModule`. Routes added to the Fastify instance afterwards get the same hooks.
 */
export async function createHttpApp(
  module: RootModule,
  config: Config,
  logger = new PinoLoggerService(config),
  limits: HttpLimits = HTTP_LIMITS,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(fastifyOptions(config, limits));
  const fastify = adapter.getInstance<FastifyInstance>();
  registerRequestContext(fastify);
  registerHttpSpans(fastify);
  registerSecurityHeaders(fastify, config);
  registerRequestLog(fastify, logger);
  registerOriginCheck(fastify, config);
  // JSON alone: forms and plain text are what other sites can post without a preflight.
  fastify.removeContentTypeParser('text/plain');
  fastify.register(cookie);

  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  registerMetrics(fastify, app);
  enableCors(app, config.corsOrigins);
  app.useGlobalFilters(new HttpErrorsFilter(logger, fastify));
  return app;
}
