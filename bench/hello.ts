import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import Fastify from 'fastify';

/** What the two libraries alone can do: the limit that is not ours. */
const server = new ApolloServer({
  typeDefs: 'type Query { hello: String! }',
  resolvers: { Query: { hello: () => 'world' } },
});
await server.start();
const app = Fastify();
await app.register(fastifyApollo(server));
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
