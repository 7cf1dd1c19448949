import { type ASTNode, type GraphQLError, Kind } from 'graphql';
import { MAX_TOKENS } from './limits.js';

/** Filled by the edge plugin, which alone knows the variables; read when the error is shaped for the client. */
const rewritten = new WeakMap<GraphQLError, string>();
export const rewriteMessage = (error: GraphQLError, message: string): void => void rewritten.set(error, message);

const VALUE_KINDS: ReadonlySet<string> = new Set([
  Kind.STRING,
  Kind.INT,
  Kind.FLOAT,
  Kind.BOOLEAN,
  Kind.ENUM,
  Kind.NULL,
  Kind.LIST,
  Kind.OBJECT,
]);
const isValue = (node: ASTNode): boolean => VALUE_KINDS.has(node.kind);

/** Starts of graphql's sentences about a literal; each names the type before it quotes the value. */
const EXPECTED_TYPE = [
  /^Expected value of type "([\w![\]]+)"/,
  /^Enum "(\w+)"/,
  /^Value "\w+" does not exist in "(\w+)" enum/,
  /^(\w+) (?:cannot represent|must be)/,
];
const MISSING_FIELD = /^Field "[\w.]+" of required type "[\w![\]]+" was not provided/;

function aboutLiteral(message: string): string {
  const missing = MISSING_FIELD.exec(message);
  if (missing) return `${missing[0]}.`;
  for (const pattern of EXPECTED_TYPE) {
    const type = pattern.exec(message)?.[1];
    if (type !== undefined) return `A value is not valid: "${type}" is expected.`;
  }
  return 'A value is not valid.';
}

function aboutSyntax(error: GraphQLError): string {
  if (/contains more tha[nt] \d+ tokens/.test(error.message)) {
    return `The document is too long: ${String(MAX_TOKENS)} tokens are the most.`;
  }
  const place = error.locations?.[0];
  return place
    ? `Syntax Error: the document cannot be read at line ${String(place.line)}, column ${String(place.column)}.`
    : 'Syntax Error: the document cannot be read.';
}

/**
 * A request-level error in words that repeat no value the client gave, since values are passwords and codes, and
 * error texts end up in browser consoles, proxies and error trackers. Names of fields and types stay.
 */
export function safeMessage(error: GraphQLError, code: string): string {
  const known = rewritten.get(error);
  if (known !== undefined) return known;
  const node = error.nodes?.[0];
  if (node?.kind === Kind.VARIABLE_DEFINITION && code === 'BAD_USER_INPUT') {
    return `The variable "$${node.variable.name.value}" is not valid.`;
  }
  if (code === 'GRAPHQL_PARSE_FAILED') return aboutSyntax(error);
  if (code === 'OPERATION_RESOLUTION_FAILURE')
    return 'The document has no operation of that name, or several and none was named.';
  if (node !== undefined && isValue(node)) return aboutLiteral(error.message);
  return error.message;
}
