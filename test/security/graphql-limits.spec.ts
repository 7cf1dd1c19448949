import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import {
  Args,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  registerEnumType,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getIntrospectionQuery, GraphQLError } from 'graphql';
import { type Config, ConfigModule, loadConfig } from '../../src/platform/config/index.js';
import { GraphqlEdgeModule } from '../../src/platform/graphql/index.js';
import { createHttpApp } from '../../src/platform/http/index.js';
import { LoggingModule, PinoLoggerService } from '../../src/platform/logging/index.js';
import { MetricsModule } from '../../src/platform/metrics/index.js';
import { notFound, serviceBusy } from '../../src/shared/api-error.js';

const SECRET = 'hunter2-correct-horse';

const Color = { RED: 'RED', BLUE: 'BLUE' } as const;
registerEnumType(Color, { name: 'Color' });

@ObjectType('Person')
class Person {
  @Field(() => ID) id: string;
  @Field(() => String) name: string;
  @Field(() => Date, { nullable: true }) at: Date | null;
}

@ObjectType('People')
class People {
  @Field(() => [Person]) nodes: Person[];
}

@InputType('SignInInput')
class SignInInput {
  @Field(() => String) email: string;
  @Field(() => String) password: string;
  @Field(() => Color, { nullable: true }) color: string | null;
  @Field(() => [Int], { nullable: true }) numbers: number[] | null;
  @Field(() => Date, { nullable: true }) at: Date | null;
}

const person = Object.assign(new Person(), { id: '1', name: 'Ada', at: new Date(0) });

@Resolver(() => Person)
class DummyResolver {
  @Query(() => Person) me() {
    return person;
  }
  @Query(() => String) echo(@Args('at', { type: () => Date }) at: Date) {
    return at.toISOString();
  }
  @Query(() => People) people(@Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number) {
    return { nodes: first === 0 ? [person] : [] };
  }
  @Query(() => String) strict(@Args('size', { type: () => Int, defaultValue: 1 }) size: number) {
    return String(size);
  }
  @Query(() => String) busy(): string {
    throw serviceBusy(2.4);
  }
  @Query(() => String) missing(): string {
    throw notFound('person');
  }
  @Query(() => String) broken(): string {
    throw new Error(`SELECT * FROM user WHERE password = '${SECRET}'`);
  }
  @Query(() => String) foreign(): string {
    throw new GraphQLError(`from a library: ${SECRET}`, { extensions: { code: 'BAD_USER_INPUT' } });
  }
  @Mutation(() => String) login(@Args('input') _input: SignInInput) {
    return 'ok';
  }
  @Mutation(() => String) verify() {
    return 'ok';
  }
  @Mutation(() => String) logout() {
    return 'ok';
  }
  @ResolveField(() => Person) friend() {
    return person;
  }
}

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[];
}

const lines: string[] = [];

async function boot(env: NodeJS.ProcessEnv): Promise<NestFastifyApplication> {
  const config: Config = loadConfig({ PUBLIC_URL: 'https://sign-in.example.com', ...env }, 'embedded');
  const logger = new PinoLoggerService(config, { write: (line) => void lines.push(line) });
  @Module({
    imports: [ConfigModule.forRoot(config), LoggingModule.forRoot(logger), MetricsModule, GraphqlEdgeModule.forRoot()],
    providers: [DummyResolver],
  })
  class DummyModule {}
  const app = await createHttpApp(DummyModule, config, logger);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await boot({ GRAPHQL_INTROSPECTION: 'true' });
});
afterAll(async () => {
  await app.close();
});

async function ask(query: string, variables?: unknown, on = app) {
  const response = await on.inject({ method: 'POST', url: '/graphql', payload: { query, variables } });
  return { status: response.statusCode, text: response.body, headers: response.headers, body: response.json<Answer>() };
}

const codes = (body: Answer) => body.errors?.map((error) => error.extensions.code);
const limits = (body: Answer) => body.errors?.map((error) => error.extensions.limit);
const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');
const nested = (depth: number) => `{ me ${'{ friend '.repeat(depth - 2)}{ id }${' }'.repeat(depth - 2)} }`;

describe('limits, from both sides', () => {
  it.each([
    ['depth 8', nested(8)],
    ['20 aliases', `{ me { ${times(20, (i) => `a${i}: id`)} } }`],
    ['10 top-level fields', `{ ${times(10, () => 'me { id }')} }`],
    ['500 fields', `{ me { ${times(499, () => 'id')} } }`],
    ['20 directives', `query($y: Boolean = true) { me { ${times(20, () => 'id @include(if: $y)')} } }`],
    ['one sign-in step among other mutations', 'mutation { logout verify }'],
    ['a full page', '{ people(first: 200) { nodes { id name at } } }'],
    ['59 fields on a page of 200', `{ people(first: 200) { nodes { ${times(58, () => 'id')} } } }`],
    ['two operations that hold one sign-in step together', 'mutation A { verify } mutation B { logout }'],
  ])('%s pass', async (_name, query) => {
    const operationName = query.startsWith('mutation A') ? 'B' : undefined;
    const response = await app.inject({ method: 'POST', url: '/graphql', payload: { query, operationName } });
    expect(response.json<Answer>().errors).toBeUndefined();
    expect(response.statusCode).toBe(200);
  });

  it.each([
    ['depth', nested(9)],
    [
      'depth',
      `{ ...A } fragment A on Query { me { friend { ...B } } } fragment B on Person { friend { friend { friend { friend { friend { friend { id } } } } } } }`,
    ],
    ['aliases', `{ me { ${times(21, (i) => `a${i}: id`)} } }`],
    ['aliases', `{ me { ...A friend { ...A } } } fragment A on Person { ${times(11, (i) => `a${i}: id`)} }`],
    ['rootFields', `{ ${times(11, () => 'me { id }')} }`],
    ['rootFields', `{ ...A ...A } fragment A on Query { ${times(6, () => 'me { id }')} }`],
    ['fields', `{ me { ${times(500, () => 'id')} } }`],
    ['directives', `query($y: Boolean = true) { me { ${times(21, () => 'id @include(if: $y)')} } }`],
    ['signInSteps', 'mutation { verify again: verify }'],
    ['signInSteps', 'mutation { verify verify }'],
    ['signInSteps', 'mutation { ...A verify } fragment A on Mutation { logout ... on Mutation { verify } }'],
    ['signInSteps', 'mutation A { verify } mutation B { verify }'],
    ['signInSteps', 'mutation($i: SignInInput!) { verify @skip(if: true) login(input: $i) }'],
    ['cost', `{ people(first: 200) { nodes { ${times(60, () => 'id')} } } }`],
    ['cost', `{ ${times(10, (i) => `a${i}: people(first: 200) { nodes { id name at friend { id name } } }`)} }`],
  ])('beyond: %s', async (limit, query) => {
    const { status, body } = await ask(query, { i: { email: 'a', password: SECRET } });
    expect(status).toBe(400);
    expect(limits(body)).toEqual([limit]);
    expect(codes(body)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(body.data).toBeUndefined();
  });

  it('takes the size of a page from variables, and the largest for what is none', async () => {
    const query = `query($n: Int = 5) { people(first: $n) { nodes { ${times(100, () => 'id')} } } }`;
    expect((await ask(query)).body.errors).toBeUndefined();
    expect((await ask(query, { n: 100 })).body.errors).toBeUndefined();
    expect(limits((await ask(query, { n: 200 })).body)).toEqual(['cost']);
    expect(limits((await ask(query, { n: null })).body)).toEqual(['cost']);
    expect(limits((await ask(query, { n: 1_000_000 })).body)).toEqual(['cost']);
    // A cheap call before must not have left its price behind.
    expect(limits((await ask(query, { n: 150 })).body)).toEqual(['cost']);
    expect((await ask(query, { n: 1 })).body.errors).toBeUndefined();
  });

  it('a chain of fragments that doubles at each link is counted at once', async () => {
    const chain = times(30, (i) => `fragment F${i} on Person { ...F${i + 1} ...F${i + 1} }`);
    const started = performance.now();
    const { body } = await ask(`{ me { ...F0 } } ${chain} fragment F30 on Person { id }`);
    expect(limits(body)).toContain('fields');
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('fragments in a circle are refused by validation', async () => {
    const { body } = await ask(
      '{ me { ...A } } fragment A on Person { friend { ...B } } fragment B on Person { ...A }',
    );
    expect(codes(body)).toContain('GRAPHQL_VALIDATION_FAILED');
    expect(body.data).toBeUndefined();
  });

  it('gives up on documents of more than 2000 tokens', async () => {
    const { status, body } = await ask(`{ me { ${times(2_100, () => 'id')} } }`);
    expect([status, codes(body)]).toEqual([400, ['GRAPHQL_PARSE_FAILED']]);
    expect(body.errors?.[0]?.message).toBe('The document is too long: 2000 tokens are the most.');
  });

  it('takes no batch', async () => {
    const payload = [{ query: '{ me { id } }' }, { query: '{ me { id } }' }];
    const response = await app.inject({ method: 'POST', url: '/graphql', payload });
    expect(response.statusCode).toBe(400);
  });

  it('knows no persisted queries', async () => {
    const payload = { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } };
    const response = await app.inject({ method: 'POST', url: '/graphql', payload });
    expect(codes(response.json<Answer>())).toEqual(['PERSISTED_QUERY_NOT_SUPPORTED']);
  });
});

describe('introspection', () => {
  it('passes in full where it is on', async () => {
    const { body } = await ask(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }));
    expect(body.errors).toBeUndefined();
    expect(body.data).toHaveProperty('__schema.queryType.name', 'Query');
  });

  it('is refused in production, where nothing is suggested either', async () => {
    const closed = await boot({ GRAPHQL_INTROSPECTION: 'false' });
    try {
      expect(codes((await ask('{ __schema { queryType { name } } }', undefined, closed)).body)).toContain(
        'GRAPHQL_VALIDATION_FAILED',
      );
      expect(codes((await ask('{ __type(name: "Person") { name } }', undefined, closed)).body)).toContain(
        'GRAPHQL_VALIDATION_FAILED',
      );
      for (const query of [
        '{ mee { id } }',
        '{ me { idd } }',
        '{ people(frist: 1) { nodes { id } } }',
        'mutation { log }',
      ]) {
        const { text } = await ask(query, undefined, closed);
        expect(text).not.toMatch(/did you mean/i);
      }
    } finally {
      await closed.close();
    }
  });
});

describe('errors never repeat a value', () => {
  const login = 'mutation($i: SignInInput!) { login(input: $i) }';
  it.each<[string, unknown, string]>([
    ['a list in place of a text', { email: 'a', password: [SECRET] }, '"i.password": "String!" is expected'],
    ['an object in place of a text', { email: 'a', password: { it: SECRET } }, '"i.password": "String!" is expected'],
    ['a missing field', { password: SECRET }, '"i.email": "String!" is expected'],
    ['an unknown field', { email: 'a', password: SECRET, [SECRET]: 1 }, '"i": "SignInInput!" is expected'],
    ['a wrong word', { email: 'a', password: 'b', color: SECRET }, '"i.color": "Color" is expected'],
    [
      'a text in place of a number',
      { email: 'a', password: 'b', numbers: [1, SECRET] },
      '"i.numbers[1]": "Int!" is expected',
    ],
    ['a text in place of a time', { email: 'a', password: 'b', at: SECRET }, '"i.at": "DateTime" is expected'],
    ['a text in place of an object', SECRET, '"i": "SignInInput!" is expected'],
    ['nothing', undefined, '"i": "SignInInput!" is expected'],
  ])('variables: %s', async (_name, i, expected) => {
    const { status, text, body } = await ask(login, { i });
    expect(status).toBe(400);
    expect(codes(body)).toEqual(['BAD_USER_INPUT']);
    expect(body.errors?.[0]?.message).toContain(expected);
    expect(text).not.toContain(SECRET);
  });

  it('names each problem of a variable', async () => {
    const { text, body } = await ask(login, { i: { email: 1, password: { a: SECRET }, color: SECRET } });
    const messages = body.errors?.map((error) => error.message).join('\n');
    for (const place of ['"i.email"', '"i.password"', '"i.color"']) expect(messages).toContain(place);
    expect(text).not.toContain(SECRET);
  });

  it.each([
    ['a text for a number', `{ people(first: "${SECRET}") { nodes { id } } }`, '"Int" is expected'],
    ['a text for an object', `mutation { login(input: "${SECRET}") }`, '"SignInInput!" is expected'],
    [
      'an object for a text',
      `mutation { login(input: { email: "a", password: { p: "${SECRET}" } }) }`,
      '"String" is expected',
    ],
    [
      'a text for a word',
      `mutation { login(input: { email: "a", password: "b", color: "${SECRET}" }) }`,
      '"Color" is expected',
    ],
    ['a text for a time', `{ echo(at: "${SECRET}") }`, 'DateTime must be an RFC 3339 date-time'],
  ])('literals: %s', async (_name, query, expected) => {
    const { text, body } = await ask(query);
    expect(codes(body)?.every((code) => code === 'GRAPHQL_VALIDATION_FAILED')).toBe(true);
    expect(body.errors?.map((error) => error.message).join()).toContain(expected);
    expect(text).not.toContain(SECRET);
  });

  it.each([
    ['a stray text', `{ me "${SECRET}" }`],
    ['a text cut off', `{ me(a: "${SECRET}`],
    ['a stray name', `mutation { login(input: { password: ${SECRET} `],
  ])('syntax: %s', async (_name, query) => {
    const { text, body } = await ask(query);
    expect(codes(body)).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(body.errors?.[0]?.message).toMatch(/line 1, column \d+/);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('hunter2');
  });

  it('an argument that is wrong only with its variable is BAD_USER_INPUT', async () => {
    const { body } = await ask('query($n: Int) { strict(size: $n) }', { n: null });
    expect(codes(body)).toEqual(['BAD_USER_INPUT']);
    expect(body.errors?.[0]?.message).toBe('The argument "size" is not valid.');
  });
});

describe('DateTime', () => {
  it.each(['2026-01-31T09:30:00Z', '2026-01-31T10:30:00.000+01:00', '2026-01-31t09:30:00z'])('takes %s', async (at) => {
    const { body } = await ask('query($at: DateTime!) { echo(at: $at) }', { at });
    expect(body.data).toEqual({ echo: '2026-01-31T09:30:00.000Z' });
  });

  it.each([
    '2020',
    2020,
    0,
    true,
    '2026-01-31',
    '2026-02-30T00:00:00Z',
    '2026-01-31T09:30:00',
    '2026-01-31T24:00:00Z',
    '',
  ])('refuses %p', async (at) => {
    expect(codes((await ask('query($at: DateTime!) { echo(at: $at) }', { at })).body)).toEqual(['BAD_USER_INPUT']);
    expect(codes((await ask(`{ echo(at: ${JSON.stringify(at)}) }`)).body)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });
});

describe('errors of resolvers', () => {
  it('carry their code, their path, and when to try again', async () => {
    const { status, headers, body } = await ask('{ busy }');
    expect(status).toBe(200);
    expect(body.errors).toEqual([
      expect.objectContaining({ path: ['busy'], extensions: { code: 'SERVICE_BUSY', retryAfterSeconds: 2.4 } }),
    ]);
    expect(headers['retry-after']).toBe('3');
    expect(codes((await ask('{ missing }')).body)).toEqual(['NOT_FOUND']);
  });

  it.each(['broken', 'foreign'])('a bug shows nothing but a reference, and is logged once: %s', async (field) => {
    lines.length = 0;
    const { text, headers, body } = await ask(`{ ${field} }`);
    const id = String(headers['x-request-id']);
    expect(body.errors?.[0]?.message).toBe(`Something went wrong on our side. Reference: ${id}`);
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' });
    expect(text).not.toMatch(/hunter2|SELECT|stack|at /);
    const logged = lines.filter((line) => line.includes('A GraphQL operation failed.'));
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? '{}')).toMatchObject({ level: 'error', requestId: id, context: 'GraphQL' });
  });
});
