import { HttpException } from '@nestjs/common';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ApiError, type ApiErrorCode } from '../../shared/api-error.js';
import { currentRequestId } from '../logging/index.js';
import { safeMessage } from './safe-message.js';

/** Codes of errors about the request itself, made by graphql and Apollo before any resolver runs. */
const REQUEST_CODES: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** NestJS makes these of guards and pipes; their texts are the framework's, so ours are said instead. */
const BY_STATUS: Readonly<Record<number, [ApiErrorCode, string]>> = {
  400: ['BAD_USER_INPUT', 'The request is not valid.'],
  401: ['UNAUTHENTICATED', 'Please sign in.'],
  403: ['FORBIDDEN', 'You may not do this.'],
  404: ['NOT_FOUND', 'There is no such thing.'],
  429: ['TOO_MANY_REQUESTS', 'Too many requests. Please wait a moment.'],
  503: ['SERVICE_BUSY', 'The service is busy. Please try again in a moment.'],
};

/** The error that a resolver threw, under the layers that graphql and Apollo put around it. */
function innermost(error: unknown): unknown {
  let current = error;
  while (current instanceof GraphQLError && current.originalError) current = current.originalError;
  return current;
}

/** An argument that only turned out wrong with its variable's value, e.g. null for `Int!` with a default. */
const ARGUMENT = /^Argument "(\w+)"/;

export interface InternalErrorLog {
  error(message: string, error: unknown, context: string): void;
}

/** Makes the last word on every error: what the client may know, and the log for what it may not. */
export function errorFormatter(log: InternalErrorLog) {
  // A data loader gives one and the same error to many fields.
  const logged = new WeakSet();

  const describe = (formatted: GraphQLFormattedError, error: unknown): [string, Record<string, unknown>] => {
    const inner = innermost(error);
    if (inner instanceof ApiError) {
      const { code, retryAfterSeconds } = inner;
      return [inner.message, retryAfterSeconds === undefined ? { code } : { code, retryAfterSeconds }];
    }
    const known = inner instanceof HttpException ? BY_STATUS[inner.getStatus()] : undefined;
    if (known) return [known[1], { code: known[0] }];
    const code = formatted.extensions?.code;
    if (error instanceof GraphQLError && error.path === undefined && REQUEST_CODES.has(code)) {
      const limit = error.extensions.limit;
      return [safeMessage(error, String(code)), limit === undefined ? { code } : { code, limit }];
    }
    const argument = inner instanceof GraphQLError ? ARGUMENT.exec(inner.message)?.[1] : undefined;
    if (argument !== undefined) return [`The argument "${argument}" is not valid.`, { code: 'BAD_USER_INPUT' }];
    if (typeof inner !== 'object' || inner === null || !logged.has(inner)) {
      if (typeof inner === 'object' && inner !== null) logged.add(inner);
      log.error('A GraphQL operation failed.', inner, 'GraphQL');
    }
    const reference = currentRequestId() ?? 'none';
    return [`Something went wrong on our side. Reference: ${reference}`, { code: 'INTERNAL_SERVER_ERROR' }];
  };

  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const [message, extensions] = describe(formatted, error);
    return {
      message,
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
      extensions,
    };
  };
}
