import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule, Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { type Config, CONFIG } from '../config/index.js';
import { cookiePolicy } from '../http/index.js';
import { PinoLoggerService } from '../logging/index.js';
import { Metrics } from '../metrics/index.js';
import { contextFactory } from './context.js';
import { DateTimeScalar } from './date-time.scalar.js';
import { edgePlugin } from './edge.plugin.js';
import { errorFormatter } from './format-error.js';
import { MAX_TOKENS, MAX_VALIDATION_ERRORS } from './limits.js';
import { limitsRule } from './limits.rule.js';
import { SchemaDriver } from './schema.driver.js';
import { tracingPlugins } from './tracing.plugin.js';

export const GRAPHQL_PATH = '/graphql';

export interface GraphqlEdgeOptions {
  /** Modules whose resolvers make up the schema; all that are imported, if left out. */
  include?: ApolloDriverConfig['include'];
}

function driverConfig(
  config: Config,
  logger: PinoLoggerService,
  metrics: Metrics | undefined,
  options: GraphqlEdgeOptions,
): ApolloDriverConfig {
  return {
    path: GRAPHQL_PATH,
    ...(options.include && { include: options.include }),
    autoSchemaFile: true,
    buildSchemaOptions: {
      scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
      numberScalarMode: 'integer',
      // Apollo checks the schema itself before it starts, without running an introspection on it.
      skipCheck: true,
    },
    fieldResolverEnhancers: [],
    context: contextFactory(cookiePolicy(config)),

    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    introspection: config.introspection,
    parseOptions: { maxTokens: MAX_TOKENS },
    validationRules: [limitsRule],
    // Hidden at the source: "Did you mean …" would spell out a schema that introspection keeps to itself.
    validationOptions: { maxErrors: MAX_VALIDATION_ERRORS, hideSuggestions: true },
    formatError: errorFormatter(logger),
    includeStacktraceInErrorResponses: false,
    autoTransformHttpErrors: false,
    preserveHttpStatusForExecutionErrors: false,
    cache: 'bounded',

    playground: false,
    graphiql: false,
    // Nothing is reported to anyone, also where the environment happens to hold an Apollo key.
    plugins: [
      edgePlugin(metrics),
      ...tracingPlugins(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
    ],
    logger: {
      debug: (message?: string) => logger.debug(message, 'Apollo'),
      info: (message?: string) => logger.debug(message, 'Apollo'),
      warn: (message?: string) => logger.warn(message, 'Apollo'),
      error: (message?: string) => logger.error(message, 'Apollo'),
    },
    // Signals are ours to handle, and requests in hand still need it while the process ends.
    stopOnTerminationSignals: false,
    stopOnApplicationShutdown: true,
  };
}

/** The GraphQL edge: everything a request meets before the first resolver, and an error after the last one. */
@Module({})
export class GraphqlEdgeModule {
  static forRoot(options: GraphqlEdgeOptions = {}): DynamicModule {
    return {
      module: GraphqlEdgeModule,
      imports: [
        GraphQLModule.forRootAsync<ApolloDriverConfig>({
          driver: SchemaDriver,
          inject: [CONFIG, PinoLoggerService, { token: Metrics, optional: true }],
          useFactory: (config: Config, logger: PinoLoggerService, metrics?: Metrics) =>
            driverConfig(config, logger, metrics, options),
        }),
      ],
      exports: [GraphQLModule],
    };
  }
}
