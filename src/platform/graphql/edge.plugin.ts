import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from '@apollo/server';
import { type GraphQLFormattedError, Kind } from 'graphql';
import type { GqlContext } from './context.js';
import { operationCost } from './cost.js';
import { LIMITS } from './limits.js';
import { limitError } from './limits.rule.js';
import { rewriteMessage } from './safe-message.js';
import { variableProblems } from './variable-problems.js';

/** graphql reports the problems of a variable in order, one error each: the n-th error gets the n-th sentence. */
function rewriteVariableErrors({ errors, request, schema }: GraphQLRequestContext<GqlContext>): void {
  const left = new Map<string, string[]>();
  for (const error of errors ?? []) {
    const node = error.nodes?.[0];
    if (node?.kind !== Kind.VARIABLE_DEFINITION || error.extensions.code !== 'BAD_USER_INPUT') continue;
    const name = node.variable.name.value;
    const sentences = left.get(name) ?? variableProblems(schema, node, request.variables?.[name]);
    left.set(name, sentences);
    const sentence = sentences.shift();
    if (sentence !== undefined) rewriteMessage(error, sentence);
  }
}

/** A broken limit is reported many times to stop the validation; once is enough for the client. */
function onlyLimits(errors: readonly GraphQLFormattedError[]): readonly GraphQLFormattedError[] {
  const byLimit = new Map<unknown, GraphQLFormattedError>();
  for (const error of errors) {
    const limit = error.extensions?.limit;
    if (limit !== undefined && !byLimit.has(limit)) byLimit.set(limit, error);
  }
  return byLimit.size === 0 ? errors : [...byLimit.values()];
}

const retryAfter = (errors: readonly GraphQLFormattedError[]): number =>
  Math.max(0, ...errors.map((error) => Number(error.extensions?.retryAfterSeconds ?? 0)));

const DONE = Promise.resolve();

/** One listener for all requests: it keeps nothing between its calls. */
const listener = (metrics: ErrorMetrics | undefined): GraphQLRequestListener<GqlContext> => ({
  didResolveOperation({ schema, document, operation, request }): Promise<void> {
    if (!operation) return DONE;
    if (operationCost(schema, document, operation, request.variables ?? {}) > LIMITS.cost) throw limitError('cost');
    return DONE;
  },
  didEncounterErrors(context): Promise<void> {
    rewriteVariableErrors(context);
    return DONE;
  },
  willSendResponse({ response }): Promise<void> {
    if (response.body.kind !== 'single' || response.body.singleResult.errors === undefined) return DONE;
    const errors = onlyLimits(response.body.singleResult.errors);
    response.body.singleResult.errors = errors;
    for (const error of errors) metrics?.graphqlError(error.extensions?.code);
    const seconds = retryAfter(errors);
    if (seconds > 0) response.http.headers.set('retry-after', String(Math.ceil(seconds)));
    return DONE;
  },
});

/** What counts errors. */
export interface ErrorMetrics {
  graphqlError(code: unknown): void;
}

export function edgePlugin(metrics?: ErrorMetrics): ApolloServerPlugin<GqlContext> {
  const listeners = Promise.resolve(listener(metrics));
  return { requestDidStart: () => listeners };
}
