import {
  coerceInputValue,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';

const MISSING_FIELD = /^Field "(\w+)" of required type "([\w![\]]+)" was not provided/;

/** The declared type at a place inside of a variable. */
function typeAt(type: GraphQLInputType, path: readonly (string | number)[]): string {
  let current: GraphQLInputType | undefined = type;
  for (const key of path) {
    if (isNonNullType(current)) current = current.ofType;
    if (isListType(current) && typeof key === 'number') current = current.ofType;
    else if (isInputObjectType(current)) current = current.getFields()[key]?.type;
    else return String(current);
  }
  return String(current);
}

const showPath = (name: string, path: readonly (string | number)[]): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${String(key)}]` : `${text}.${key}`), name);

/**
 * What is wrong with a variable, one sentence for each problem in graphql's own order, made from the schema alone.
 * graphql's sentences quote the value that was given, which may be a password.
 */
export function variableProblems(schema: GraphQLSchema, definition: VariableDefinitionNode, value: unknown): string[] {
  const name = definition.variable.name.value;
  const type = typeFromAST(schema, definition.type);
  if (!isInputType(type)) return [];
  const problems: string[] = [];
  coerceInputValue(value, type, (path, _invalid, error) => {
    const missing = MISSING_FIELD.exec(error.message);
    const [place, expected] = missing
      ? [showPath(name, [...path, missing[1] ?? '']), missing[2] ?? '']
      : [showPath(name, path), typeAt(type, path)];
    problems.push(`The variable "$${name}" is not valid at "${place}": "${expected}" is expected.`);
  });
  return problems;
}
