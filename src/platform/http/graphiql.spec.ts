import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { GRAPHIQL_CSP, registerGraphiql } from './graphiql.js';
import { GRAPHIQL_TYPES } from './graphiql-files.js';

const served = async (url: string) => {
  const app = fastify();
  registerGraphiql(app, { graphqlPath: '/graphql?a="><script>' });
  const answer = await app.inject({ url });
  await app.close();
  return answer;
};

describe('the GraphiQL page', () => {
  it('has no inline script, loads from this host alone, and says so to the browser', async () => {
    const { statusCode, headers, body } = await served('/graphiql');
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toBe(GRAPHIQL_CSP);
    expect(GRAPHIQL_CSP).not.toMatch(/script-src|unsafe-eval|https?:/);
    expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(body.match(/<script\b[^>]*>[^<]/g)).toBeNull();
    expect(body).toContain('data-graphql-path="/graphql?a=&quot;>&lt;script>"');
  });

  it('names only files that are served', async () => {
    const { body } = await served('/graphiql');
    const named = [...body.matchAll(/"(\/graphiql\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(named).toHaveLength(Object.keys(GRAPHIQL_TYPES).length);
    for (const url of named) {
      const { statusCode, headers, body: file } = await served(url);
      expect([url, statusCode]).toEqual([url, 200]);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(file.length).toBeGreaterThan(500);
    }
  });

  it.each([
    'graphiql.ts',
    'react.LICENSE.txt',
    '..%2fgraphiql.js',
    '..%2f..%2f..%2f..%2fpackage.json',
    'constructor',
    '%00',
  ])('serves nothing else: %s', async (name) => {
    expect((await served(`/graphiql/assets/${name}`)).statusCode).toBe(404);
  });
});

describe('the bundle', () => {
  it.each(['graphiql.min.js', 'graphiql.min.css', 'graphiql-page.js'])(
    '%s fetches nothing from elsewhere',
    async (name) => {
      const { body } = await served(`/graphiql/assets/${name}`);
      expect(body).not.toMatch(
        /url\(\s*['"]?(https?:)?\/\/|@import|importScripts\(|new Function\(|\bfetch\(\s*['"]https?:/,
      );
    },
  );
});
