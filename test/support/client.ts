import type { FastifyInstance } from 'fastify';
import type { CanaryWatch } from './canary-watch.js';

export interface GraphqlAnswer {
  data: any;
  errors: { message: string; path?: string[]; extensions: { code: string } }[] | undefined;
  status: number;
  cookies: { name: string; value: string; httpOnly?: boolean; sameSite?: string; maxAge?: number }[];
}

/** A front end: speaks GraphQL to the application, and keeps its cookies as a browser would. */
export class Client {
  private readonly jar = new Map<string, string>();
  token: string | null = null;

  constructor(
    private readonly fastify: FastifyInstance,
    private readonly headers: Record<string, string> = {},
    private readonly watch?: CanaryWatch,
  ) {}

  async send(query: string, variables: Record<string, unknown> = {}): Promise<GraphqlAnswer> {
    const cookies = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.fastify.inject({
      method: 'POST',
      url: '/graphql',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Test browser',
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        ...(cookies === '' ? {} : { cookie: cookies }),
        ...this.headers,
      },
      payload: JSON.stringify({ query, variables }),
    });
    for (const { name, value } of answer.cookies) {
      if (value === '') this.jar.delete(name);
      else this.jar.set(name, value);
    }
    const body = answer.json<Pick<GraphqlAnswer, 'data' | 'errors'>>();
    const seen = { data: body.data, errors: body.errors, status: answer.statusCode, cookies: answer.cookies };
    this.watch?.exchanged(query, variables, seen);
    return seen;
  }

  /** For operations that are expected to answer: the value of their one field. */
  async ask(query: string, variables: Record<string, unknown> = {}): Promise<any> {
    const { data, errors } = await this.send(query, variables);
    if (errors !== undefined) throw new Error(`${JSON.stringify(errors)} for ${query.slice(0, 80)}`);
    return Object.values(data)[0];
  }

  /** The code of the GraphQL error that an operation is expected to end in. */
  async errorOf(query: string, variables: Record<string, unknown> = {}): Promise<string> {
    const { errors, data } = await this.send(query, variables);
    return errors?.[0]?.extensions.code ?? `no error: ${JSON.stringify(data)}`;
  }
}
