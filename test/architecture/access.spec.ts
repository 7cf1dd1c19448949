import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import { ACCESS_METADATA, type AccessRule } from '../../src/shared/access.js';
import { ACCESS } from '../support/access-table.js';
import { startWorld, type World } from '../support/world.js';

const NEST_RESOLVER_TYPE = 'graphql:resolver_type';
const NEST_RESOLVER_NAME = 'graphql:resolver_name';
const NEST_ROUTE_PATH = 'path';

interface Operation {
  name: string;
  rule: AccessRule | undefined;
}

/** One line for a rule, as in the table below. */
function said(rule: AccessRule | undefined): string {
  if (rule === undefined) return 'NOTHING STATED';
  const again = 'reauthenticated' in rule && rule.reauthenticated === true ? ' again' : '';
  if (rule.kind === 'permission') return `${rule.anyOf.join(' or ')}${again}`;
  if (rule.kind === 'session') return rule.apiKey === true ? 'signed in or API key' : `signed in${again}`;
  return rule.kind;
}

describe('access', () => {
  let world: World;
  const found: Operation[] = [];

  beforeAll(async () => {
    world = await startWorld('sqlite');
    const modules = [...world.app.get(ModulesContainer).values()];
    const classes = new Set(
      modules.flatMap((module) =>
        [...module.providers.values(), ...module.controllers.values()].map(({ metatype }) => metatype),
      ),
    );
    for (const type of classes) {
      const prototype = (type as { prototype?: Record<string, unknown> } | null)?.prototype;
      if (prototype === undefined || typeof type !== 'function') continue;
      for (const key of Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor')) {
        const handler = Object.getOwnPropertyDescriptor(prototype, key)?.value as object | undefined;
        if (typeof handler !== 'function') continue;
        const rule = Reflect.getMetadata(ACCESS_METADATA, handler) as AccessRule | undefined;
        const kind = Reflect.getMetadata(NEST_RESOLVER_TYPE, handler) as string | undefined;
        if (kind === 'Query' || kind === 'Mutation') {
          const name = (Reflect.getMetadata(NEST_RESOLVER_NAME, handler) as string | undefined) ?? key;
          found.push({ name: `${kind}.${name}`, rule });
        }
        const path = Reflect.getMetadata(NEST_ROUTE_PATH, handler) as string | undefined;
        if (path !== undefined && !path.startsWith('/graphql')) {
          const prefix = Reflect.getMetadata(NEST_ROUTE_PATH, type) as string;
          found.push({
            name: `GET /${[prefix, path]
              .join('/')
              .replaceAll(/\/+/g, '/')
              .replace(/^\/|\/$/g, '')}`,
            rule,
          });
        }
      }
    }
  });
  afterAll(() => world.stop());

  it('is stated by every operation, and is what the table says', () => {
    const stated = Object.fromEntries(found.map(({ name, rule }) => [name, said(rule)]));
    expect(stated).toEqual(ACCESS);
  });
});
