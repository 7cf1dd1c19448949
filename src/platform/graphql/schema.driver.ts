import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { GraphQLSchemaBuilder } from '@nestjs/graphql/dist/graphql-schema.builder.js';
import { ResolversExplorerService } from '@nestjs/graphql/dist/services/index.js';
import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';

type Resolvers = Readonly<Record<string, Readonly<Record<string, GraphQLFieldResolver<unknown, unknown>>>>>;

/**
 * The schema as the decorators describe it, with the resolvers set on its fields. NestJS's own way to the same schema
 * prints it, parses the text, makes a second executable schema of that, and copies the resolvers from there.
 */
@Injectable()
export class SchemaDriver extends ApolloDriver {
  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(GraphQLSchemaBuilder) private readonly builder: GraphQLSchemaBuilder,
    @Inject(ResolversExplorerService) private readonly resolvers: ResolversExplorerService,
  ) {
    super(modules);
  }

  override async generateSchema(options: ApolloDriverConfig): Promise<GraphQLSchema> {
    const schema = (await this.builder.build(true, options, this.resolvers.getAllCtors())) as GraphQLSchema;
    attach(schema, this.resolvers.explore() as Resolvers);
    return schema;
  }
}

/** @throws Error for a resolver of a field that the schema does not have */
export function attach(schema: GraphQLSchema, resolvers: Resolvers): void {
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    const known = isObjectType(type) ? type.getFields() : {};
    for (const [name, resolve] of Object.entries(fields)) {
      const field = known[name];
      // Subscriptions, which are objects here, are not served.
      if (field === undefined || typeof resolve !== 'function') {
        throw new Error(`${typeName}.${name} has a resolver that fits no field of the schema.`);
      }
      field.resolve = resolve;
    }
  }
}
