import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import { ACCESS_METADATA, type AccessRule } from '../../src/shared/access.js';
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

/** Everything that can be called from outside, with what it states. A new operation has to be entered here. */
const EXPECTED: Record<string, string> = {
  'Mutation.login': 'public',
  'Mutation.refresh': 'public',
  'Mutation.confirmEmail': 'public',
  'Mutation.sendCode': 'ticket',
  'Mutation.verify': 'ticket',
  'Mutation.declineEnrollment': 'ticket',
  'Mutation.openEnrollmentLink': 'ticket',
  'Mutation.requestTotpReset': 'ticket',
  'Query.codeDelivery': 'ticket',
  'Mutation.startEnrollment': 'ticket-or-session',
  'Mutation.confirmEnrollment': 'ticket-or-session',
  'Query.me': 'signed in or API key',
  'Query.mySessions': 'signed in',
  'Query.myTrustedBrowsers': 'signed in',
  'Mutation.logout': 'signed in',
  'Mutation.revokeSession': 'signed in',
  'Mutation.revokeTrustedBrowser': 'signed in',
  'Mutation.reauthenticate': 'signed in',
  'Mutation.sendReauthenticationCode': 'signed in',
  'Mutation.setUseTwoFactor': 'signed in again',
  'Mutation.setPreferredMethod': 'signed in again',
  'Mutation.removeFactor': 'signed in again',
  'Mutation.resetMyTwoFactor': 'signed in again',
  'Mutation.regenerateRecoveryCodes': 'signed in again',
  'Mutation.changePassword': 'signed in again',
  'Query.users': 'USERS_READ or USERS_WRITE',
  'Query.user': 'USERS_READ or USERS_WRITE',
  'Query.apiKeys': 'USERS_READ or USERS_WRITE',
  'Query.explainTwoFactor': 'USERS_READ or USERS_WRITE',
  'Query.hardwareTokens': 'USERS_READ or USERS_WRITE',
  'Query.roles': 'USERS_READ or USERS_WRITE or ROLES_WRITE',
  'Query.groups': 'USERS_READ or USERS_WRITE or ROLES_WRITE',
  'Query.settings': 'SETTINGS_READ or SETTINGS_WRITE',
  'Query.applications': 'SETTINGS_READ or SETTINGS_WRITE',
  'Query.previewTwoFactor': 'SETTINGS_READ or SETTINGS_WRITE or ROLES_WRITE',
  'Query.auditEvents': 'AUDIT_READ',
  'Query.verifyAudit': 'AUDIT_READ',
  'Query.messages': 'MESSAGES_READ',
  'Mutation.createUser': 'USERS_WRITE again',
  'Mutation.updateUser': 'USERS_WRITE again',
  'Mutation.resetTwoFactor': 'USERS_WRITE again',
  'Mutation.disableTwoFactorFor': 'USERS_WRITE again',
  'Mutation.unlockUser': 'USERS_WRITE again',
  'Mutation.sendActivationEmail': 'USERS_WRITE again',
  'Mutation.resendEmailConfirmations': 'USERS_WRITE again',
  'Mutation.createApiKey': 'USERS_WRITE again',
  'Mutation.revokeApiKey': 'USERS_WRITE again',
  'Mutation.importHardwareTokens': 'USERS_WRITE again',
  'Mutation.assignHardwareToken': 'USERS_WRITE again',
  'Mutation.releaseHardwareToken': 'USERS_WRITE again',
  'Mutation.createRole': 'ROLES_WRITE again',
  'Mutation.updateRole': 'ROLES_WRITE again',
  'Mutation.deleteRole': 'ROLES_WRITE again',
  'Mutation.createGroup': 'ROLES_WRITE again',
  'Mutation.updateGroup': 'ROLES_WRITE again',
  'Mutation.deleteGroup': 'ROLES_WRITE again',
  'Mutation.enableTwoFactor': 'SETTINGS_WRITE again',
  'Mutation.disableTwoFactor': 'SETTINGS_WRITE again',
  'Mutation.suspendTwoFactor': 'SETTINGS_WRITE again',
  'Mutation.resumeTwoFactor': 'SETTINGS_WRITE again',
  'Mutation.updateSettings': 'SETTINGS_WRITE again',
  'Mutation.sendTestEmail': 'SETTINGS_WRITE again',
  'Mutation.createApplication': 'SETTINGS_WRITE again',
  'Mutation.deleteApplication': 'SETTINGS_WRITE again',
  'Mutation.retryMessage': 'MESSAGES_READ again',
  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /metrics': 'public',
  'GET /.well-known/jwks.json': 'public',
  'GET /dev/mailbox': 'public',
  'GET /dev/mailbox.json': 'public',
};

describe('access', () => {
  let world: World;
  const found: Operation[] = [];

  beforeAll(async () => {
    world = await startWorld('sqlite');
    const modules = [...world.app.get(ModulesContainer).values()];
    const classes = new Set(
      modules.flatMap((module) => [...module.providers.values(), ...module.controllers.values()].map(({ metatype }) => metatype)),
    );
    for (const type of classes) {
      const prototype = (type as { prototype?: Record<string, unknown> } | null)?.prototype;
      if (prototype === undefined || typeof type !== 'function') continue;
      for (const key of Object.getOwnPropertyNames(prototype)) {
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
          found.push({ name: `GET /${[prefix, path].join('/').replaceAll(/\/+/g, '/').replace(/^\/|\/$/g, '')}`, rule });
        }
      }
    }
  });
  afterAll(() => world.stop());

  it('is stated by every operation, and is what the table says', () => {
    const stated = Object.fromEntries(found.map(({ name, rule }) => [name, said(rule)]));
    expect(stated).toEqual(EXPECTED);
  });
});
