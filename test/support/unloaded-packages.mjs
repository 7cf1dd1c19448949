/**
 * Stands in a mutation run for typeorm, Nest and Apollo, which take seconds to load and play no part in a policy. What
 * sources call while they are loaded does nothing; whatever is used beyond that throws. A name that is not here ends the
 * run at its first test: add it. See stryker.config.mjs.
 */
const decorator = () => () => undefined;
const declared = () => ({});

/** Can be named in the type of a parameter and be extended, which reads its prototype alone. */
function absent(name) {
  const refuse = () => {
    throw new Error(`${name} is not loaded in a mutation run.`);
  };
  const get = (target, key) => (key === 'prototype' ? target.prototype : refuse());
  return new Proxy(class {}, { apply: refuse, construct: refuse, get });
}

// typeorm
export const Column = decorator;
export const Entity = decorator;
export const Index = decorator;
export const PrimaryColumn = decorator;
export const And = absent('And');
export const Brackets = absent('Brackets');
export const DataSource = absent('DataSource');
export const In = absent('In');
export const IsNull = absent('IsNull');
export const LessThan = absent('LessThan');
export const LessThanOrEqual = absent('LessThanOrEqual');
export const MoreThan = absent('MoreThan');
export const MoreThanOrEqual = absent('MoreThanOrEqual');
export const Not = absent('Not');
export const QueryFailedError = absent('QueryFailedError');
export const Table = absent('Table');

// Nest
export const Catch = decorator;
export const Controller = decorator;
export const Get = decorator;
export const Global = decorator;
export const Header = decorator;
export const Inject = decorator;
export const Injectable = decorator;
export const Module = decorator;
export const Optional = decorator;
export const Req = decorator;
export const Res = decorator;
export const createParamDecorator = () => decorator;
export const PassportStrategy = () => absent('PassportStrategy');
export const BullModule = absent('BullModule');
export const FastifyAdapter = absent('FastifyAdapter');
export const ForbiddenException = absent('ForbiddenException');
export const getQueueToken = absent('getQueueToken');
export const HttpException = absent('HttpException');
export const HttpStatus = absent('HttpStatus');
export const Logger = absent('Logger');
export const ModulesContainer = absent('ModulesContainer');
export const NestFactory = absent('NestFactory');
export const PassportModule = absent('PassportModule');

// Nest's GraphQL, and Apollo
export const Args = decorator;
export const Context = decorator;
export const Field = decorator;
export const InputType = decorator;
export const Mutation = decorator;
export const ObjectType = decorator;
export const Parent = decorator;
export const Query = decorator;
export const ResolveField = decorator;
export const Resolver = decorator;
export const createUnionType = declared;
export const registerEnumType = declared;
export const ApolloDriver = absent('ApolloDriver');
export const ApolloServerPluginCacheControlDisabled = absent('ApolloServerPluginCacheControlDisabled');
export const ApolloServerPluginInlineTraceDisabled = absent('ApolloServerPluginInlineTraceDisabled');
export const ApolloServerPluginSchemaReportingDisabled = absent('ApolloServerPluginSchemaReportingDisabled');
export const ApolloServerPluginUsageReportingDisabled = absent('ApolloServerPluginUsageReportingDisabled');
export const GraphQLModule = absent('GraphQLModule');
export const GraphQLSchemaBuilder = absent('GraphQLSchemaBuilder');
export const ID = absent('ID');
export const Int = absent('Int');
export const ResolversExplorerService = absent('ResolversExplorerService');
