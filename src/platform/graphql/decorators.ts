import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor, Origin } from '../../shared/actor.js';
import { unauthenticated } from '../../shared/api-error.js';
import type { GqlContext } from './context.js';

/** The third argument of every resolver is the context: (root, args, context, info). */
const contextOf = (execution: ExecutionContext): GqlContext => execution.getArgByIndex<GqlContext>(2);

/** The signed-in {@link Actor}. Throws UNAUTHENTICATED where there is none, whatever the guard may have let through. */
export const CurrentActor = createParamDecorator((_data: unknown, execution: ExecutionContext): Actor => {
  const { actor } = contextOf(execution);
  if (actor === null) throw unauthenticated();
  return actor;
});

/** The {@link Actor}, or null for who is not signed in. */
export const OptionalActor = createParamDecorator(
  (_data: unknown, execution: ExecutionContext): Actor | null => contextOf(execution).actor,
);

/** Where the request came from: {@link Origin}. */
export const CurrentOrigin = createParamDecorator(
  (_data: unknown, execution: ExecutionContext): Origin => contextOf(execution).origin,
);
