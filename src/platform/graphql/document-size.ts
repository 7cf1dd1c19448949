import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { SIGN_IN_STEPS } from './limits.js';

/** What a document would make the server look at, fragments unfolded. */
export interface DocumentSize {
  depth: number;
  fields: number;
  aliases: number;
  directives: number;
  /** Of the operation that has the most. */
  rootFields: number;
  /** Over all operations of the document. */
  signInSteps: number;
}

interface Part {
  depth: number;
  fields: number;
  aliases: number;
  directives: number;
  topFields: number;
  topSteps: number;
}

const EMPTY: Part = { depth: 0, fields: 0, aliases: 0, directives: 0, topFields: 0, topSteps: 0 };

const isIntrospection = (name: string): boolean => name === '__schema' || name === '__type';
const directivesOf = (node: { readonly directives?: readonly unknown[] }): number => node.directives?.length ?? 0;

/**
 * One pass. Each fragment is measured once and its numbers are reused, so a chain of fragments that doubles at each
 * link costs its length, not two to its power.
 */
class Measure {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  /** Null while a fragment is being measured: a cycle counts as nothing here, and validation refuses it. */
  private readonly measured = new Map<string, Part | null>();

  constructor(private readonly document: DocumentNode) {
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node);
    }
  }

  run(): DocumentSize {
    const size: DocumentSize = { depth: 0, fields: 0, aliases: 0, directives: 0, rootFields: 0, signInSteps: 0 };
    for (const node of this.document.definitions) {
      if (node.kind !== Kind.OPERATION_DEFINITION) continue;
      const part = this.selections(node.selectionSet);
      const onVariables = (node.variableDefinitions ?? []).reduce((sum, variable) => sum + directivesOf(variable), 0);
      size.depth = Math.max(size.depth, part.depth);
      size.fields += part.fields;
      size.aliases += part.aliases;
      size.directives += part.directives + directivesOf(node) + onVariables;
      size.rootFields = Math.max(size.rootFields, part.topFields);
      if (node.operation === OperationTypeNode.MUTATION) size.signInSteps += part.topSteps;
    }
    return size;
  }

  private selections(set: SelectionSetNode): Part {
    const sum: Part = { ...EMPTY };
    for (const node of set.selections) {
      let part: Part;
      if (node.kind === Kind.FIELD) {
        const name = node.name.value;
        const inner = node.selectionSet ? this.selections(node.selectionSet) : EMPTY;
        part = {
          depth: isIntrospection(name) ? 1 : inner.depth + 1,
          fields: inner.fields + 1,
          aliases: inner.aliases + (node.alias ? 1 : 0),
          directives: inner.directives,
          topFields: 1,
          topSteps: SIGN_IN_STEPS.has(name) ? 1 : 0,
        };
      } else if (node.kind === Kind.INLINE_FRAGMENT) part = this.selections(node.selectionSet);
      else part = this.fragment(node.name.value);
      sum.depth = Math.max(sum.depth, part.depth);
      sum.fields += part.fields;
      sum.aliases += part.aliases;
      sum.directives += part.directives + directivesOf(node);
      sum.topFields += part.topFields;
      sum.topSteps += part.topSteps;
    }
    return sum;
  }

  private fragment(name: string): Part {
    const known = this.measured.get(name);
    if (known !== undefined) return known ?? EMPTY;
    const node = this.fragments.get(name);
    if (!node) return EMPTY;
    this.measured.set(name, null);
    const part = this.selections(node.selectionSet);
    part.directives += directivesOf(node);
    this.measured.set(name, part);
    return part;
  }
}

export const documentSize = (document: DocumentNode): DocumentSize => new Measure(document).run();
