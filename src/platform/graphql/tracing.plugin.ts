import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from '@apollo/server';
import { Kind, type OperationDefinitionNode } from 'graphql';
import { REFUSAL_CODES } from '../../shared/outcome.js';
import { activeTracing, type HeldSpan, type Tracing } from '../tracing/index.js';
import type { GqlContext } from './context.js';

const NAME_LENGTH = 60;
const FIELDS_SHOWN = 5;
const REFUSALS: ReadonlySet<string> = new Set(REFUSAL_CODES);
const DONE = Promise.resolve();

/** The schema's own names of what is asked for, which nobody outside can choose. */
const fieldsOf = ({ selectionSet }: OperationDefinitionNode): string =>
  selectionSet.selections
    .flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : []))
    .slice(0, FIELDS_SHOWN)
    .join(' ');

/** Of an answer the words of the contract alone are told: the code of a refusal, or of an error. */
function outcomeOf({ response }: GraphQLRequestContext<GqlContext>): { outcome: string; failed: boolean } {
  if (response.body?.kind !== 'single') return { outcome: 'stream', failed: false };
  const { data, errors } = response.body.singleResult;
  const [error] = errors ?? [];
  if (error !== undefined) {
    const given = error.extensions?.code;
    const code = typeof given === 'string' ? given : 'INTERNAL_SERVER_ERROR';
    return { outcome: code, failed: code === 'INTERNAL_SERVER_ERROR' || code === 'SERVICE_BUSY' };
  }
  for (const value of Object.values<unknown>(data ?? {})) {
    if (typeof value !== 'object' || value === null) continue;
    const words = Object.values<unknown>(value as Record<string, unknown>).filter((each) => typeof each === 'string');
    const code = words.find((each) => REFUSALS.has(each));
    if (code !== undefined) return { outcome: code, failed: false };
    if (words.includes('Refused')) return { outcome: 'Refused', failed: false };
  }
  return { outcome: 'ok', failed: false };
}

class SpanListener implements GraphQLRequestListener<GqlContext> {
  private span: HeldSpan | null = null;

  constructor(private readonly tracing: Tracing) {}

  /** From here on what the resolvers do hangs below the operation. */
  didResolveOperation({ operation, operationName }: GraphQLRequestContext<GqlContext>): Promise<void> {
    if (!operation) return DONE;
    const type = operation.operation;
    this.span = this.tracing.begin(`${type} ${fieldsOf(operation)}`.trim(), {
      kind: 'internal',
      facts: {
        'graphql.operation.type': type,
        ...(operationName ? { 'graphql.operation.name': operationName.slice(0, NAME_LENGTH) } : {}),
      },
    });
    this.span.enter();
    return DONE;
  }

  willSendResponse(context: GraphQLRequestContext<GqlContext>): Promise<void> {
    const { outcome, failed } = outcomeOf(context);
    this.span?.fact('countersign.outcome', outcome);
    if (failed) this.span?.failed(outcome);
    this.span?.end();
    this.span = null;
    return DONE;
  }
}

/** None where the process does not trace. */
export function tracingPlugins(): ApolloServerPlugin<GqlContext>[] {
  const tracing = activeTracing();
  if (tracing === null) return [];
  return [{ requestDidStart: () => Promise.resolve(new SpanListener(tracing)) }];
}
