import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLField,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { MAX_PAGE } from '../../shared/page.js';

type Variables = Readonly<Record<string, unknown>>;

const isPageSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_PAGE;

/** What cannot be a page size is refused later, and counts as the largest until then. */
const atMost = (value: unknown): number => (isPageSize(value) ? value : MAX_PAGE);

/** The cost of one operation of a valid document within the field limit (which is why fragments need no memory). */
class OperationCost {
  /** Whether the result holds for these variables only. */
  varies = false;
  private readonly fragments = new Map<string, FragmentDefinitionNode>();

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    private readonly variables: Variables,
  ) {
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node);
    }
  }

  run(): number {
    return this.selections(this.operation.selectionSet, this.schema.getRootType(this.operation.operation)?.name);
  }

  private selections(set: SelectionSetNode, typeName: string | undefined): number {
    let sum = 0;
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) sum += this.field(node, typeName);
      else if (node.kind === Kind.INLINE_FRAGMENT) {
        sum += this.selections(node.selectionSet, node.typeCondition?.name.value ?? typeName);
      } else {
        const fragment = this.fragments.get(node.name.value);
        if (fragment) sum += this.selections(fragment.selectionSet, fragment.typeCondition.name.value);
      }
    }
    return sum;
  }

  private field(node: FieldNode, typeName: string | undefined): number {
    if (!node.selectionSet) return 1;
    const type = typeName === undefined ? undefined : this.schema.getType(typeName);
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    const inner = this.selections(node.selectionSet, definition && getNamedType(definition.type).name);
    return 1 + this.multiplier(node, definition) * inner;
  }

  private multiplier(node: FieldNode, definition: GraphQLField<unknown, unknown> | undefined): number {
    const declared = definition?.args.find((argument) => argument.name === 'first');
    if (!declared) return 1;
    const given = node.arguments?.find((argument) => argument.name.value === 'first');
    return given ? this.given(given, declared.defaultValue) : atMost(declared.defaultValue);
  }

  private given({ value }: ArgumentNode, fallback: unknown): number {
    if (value.kind === Kind.INT) return atMost(Number(value.value));
    if (value.kind !== Kind.VARIABLE) return MAX_PAGE;
    this.varies = true;
    const name = value.name.value;
    if (Object.hasOwn(this.variables, name)) return atMost(this.variables[name]);
    const definition = this.operation.variableDefinitions?.find((variable) => variable.variable.name.value === name);
    return atMost(definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : fallback);
  }
}

/** Costs that do not depend on variables; parsed documents are cached by Apollo, so most requests find theirs here. */
const fixed = new WeakMap<OperationDefinitionNode, number>();

/** How many fields an answer may hold; see `LIMITS.cost`. */
export function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  const known = fixed.get(operation);
  if (known !== undefined) return known;
  const walk = new OperationCost(schema, document, operation, variables);
  const cost = walk.run();
  if (!walk.varies) fixed.set(operation, cost);
  return cost;
}
