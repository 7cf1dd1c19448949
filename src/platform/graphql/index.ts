export * from './common.types.js';
export { cleanUserAgent, type GqlContext, originOf } from './context.js';
export { DateTimeScalar, parseDateTime } from './date-time.scalar.js';
export { CurrentActor, CurrentOrigin, OptionalActor } from './decorators.js';
export { GRAPHQL_PATH, GraphqlEdgeModule, type GraphqlEdgeOptions } from './graphql-edge.module.js';
export { LIMITS } from './limits.js';
export { PageInfoType } from './page-info.type.js';
