import { type ASTVisitor, type DocumentNode, GraphQLError, type ValidationContext } from 'graphql';
import { type DocumentSize, documentSize } from './document-size.js';
import { type LimitName, LIMITS, MAX_VALIDATION_ERRORS } from './limits.js';

const WORDS = {
  depth: 'nests fields too deeply',
  aliases: 'holds too many aliases',
  rootFields: 'holds too many top-level fields',
  fields: 'holds too many fields',
  directives: 'holds too many directives',
  cost: 'asks for too much at once',
} as const satisfies Record<keyof typeof LIMITS, string>;

/** @param limit a client can read it as `extensions.limit` */
export const limitError = (limit: LimitName): GraphQLError =>
  new GraphQLError(
    limit === 'signInSteps'
      ? 'The document holds more than one step of a sign-in: send them one by one.'
      : `The document ${WORDS[limit]}: ${String(LIMITS[limit])} is the most.`,
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', limit, http: { status: 400 } } },
  );

/** Which limits a document breaks. */
export function brokenLimits(size: DocumentSize): LimitName[] {
  const broken: LimitName[] = (['depth', 'aliases', 'rootFields', 'fields', 'directives'] as const).filter(
    (limit) => size[limit] > LIMITS[limit],
  );
  if (size.signInSteps > 1) broken.push('signInSteps');
  return broken;
}

/**
 * Runs as the document is entered, before any rule that looks at its fields. Reporting past the maximum makes
 * graphql abort the validation: its own rules take quadratic time on documents that are too large anyway
 * (OverlappingFieldsCanBeMerged compares pairs). The copies are taken out again by the edge plugin.
 */
export const limitsRule = (context: ValidationContext): ASTVisitor => ({
  Document: {
    enter(document: DocumentNode): false {
      const broken = brokenLimits(documentSize(document));
      if (broken.length > 0) {
        const errors = broken.map(limitError);
        for (let count = 0; count <= MAX_VALIDATION_ERRORS; count += errors.length) {
          for (const error of errors) context.reportError(error);
        }
      }
      return false;
    },
  },
});
