import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** An operation of the served schema, ready to be called. */
export interface Operation {
  /** E.g. 'Mutation.login', as in the access table. */
  name: string;
  field: string;
  args: readonly GraphQLArgument[];
  document: string;
}

/** One place of a value inside of an operation's arguments. */
export interface Place {
  operation: Operation;
  /** E.g. ['input', 'roleIds', 0]. */
  path: readonly (string | number)[];
  /** E.g. 'Mutation.createUser(input.roleIds)': a list is named like its members. */
  name: string;
  /** The named type: ID, String, Int, Boolean, DateTime, an enum, or an input. */
  type: string;
  /** Whether null is a value of it. */
  nullable: boolean;
  enumValues: readonly string[] | null;
}

export function operationsOf(schema: GraphQLSchema): Operation[] {
  return (['Query', 'Mutation'] as const).flatMap((kind) => {
    const type = kind === 'Query' ? schema.getQueryType() : schema.getMutationType();
    return Object.values(type?.getFields() ?? {}).map((field) => ({
      name: `${kind}.${field.name}`,
      field: field.name,
      args: field.args,
      document: documentOf(kind === 'Query' ? 'query' : 'mutation', field),
    }));
  });
}

function documentOf(kind: string, { name, args, type }: GraphQLField<unknown, unknown>): string {
  const declared = args.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
  const given = args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  return `${kind}${declared && ` (${declared})`} { ${name}${given && `(${given})`} ${selectionOf(type, 3)} }`;
}

/** Everything in reach, so that an answer that holds too much would be seen. */
function selectionOf(output: GraphQLOutputType, depth: number): string {
  const type = getNamedType(output);
  if (isUnionType(type)) {
    const members = type.getTypes().map((member) => `... on ${member.name} ${selectionOf(member, depth)}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    if (!isObjectType(named) && !isUnionType(named)) return [field.name];
    // A page's users hold roles, groups and reasons: priced beyond the limit when all are asked for at once.
    return depth <= 1 || isPage(type.name) ? shallow(field) : [`${field.name} ${selectionOf(field.type, depth - 1)}`];
  });
  return `{ ${fields.join(' ')} }`;
}

const isPage = (name: string): boolean => name.endsWith('Connection');

function shallow(field: GraphQLField<unknown, unknown>): string[] {
  const named = getNamedType(field.type);
  if (!isObjectType(named)) return [];
  const scalars = Object.values(named.getFields())
    .filter((inner) => !isObjectType(getNamedType(inner.type)) && !isUnionType(getNamedType(inner.type)))
    .map((inner) => inner.name);
  return scalars.length === 0 ? [] : [`${field.name} { ${scalars.join(' ')} }`];
}

/** Every scalar, enum and input object of an operation's arguments. */
export function placesOf(operation: Operation): Place[] {
  return operation.args.flatMap(({ name, type }) => walk(operation, [name], type));
}

function walk(operation: Operation, path: readonly (string | number)[], input: GraphQLInputType): Place[] {
  const nullable = !isNonNullType(input);
  const type = getNullableType(input);
  if (isListType(type)) return walk(operation, [...path, 0], type.ofType);
  const name = `${operation.name}(${path.filter((part) => typeof part === 'string').join('.')})`;
  const place = {
    operation,
    path,
    name,
    type: String(type),
    nullable,
    enumValues: isEnumType(type) ? type.getValues().map((value) => value.name) : null,
  };
  if (!isInputObjectType(type)) return [place];
  const inner = Object.values(type.getFields()).flatMap((field) => walk(operation, [...path, field.name], field.type));
  return [place, ...inner];
}

/** A copy of the variables with the value at the path put in; what lies on the way is made. */
export function withValueAt(
  variables: Record<string, unknown>,
  path: readonly (string | number)[],
  value: unknown,
): Record<string, unknown> {
  const copy = structuredClone(variables);
  let current: Record<string | number, unknown> = copy;
  path.slice(0, -1).forEach((key, index) => {
    if (typeof current[key] !== 'object' || current[key] === null) {
      current[key] = typeof path[index + 1] === 'number' ? [] : {};
    }
    current = current[key] as Record<string | number, unknown>;
  });
  current[path.at(-1) ?? ''] = value;
  return copy;
}
