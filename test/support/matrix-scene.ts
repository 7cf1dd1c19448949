import { randomUUID } from 'node:crypto';
import type { Client } from './client.js';
import * as op from './operations.js';
import {
  createGroup,
  createRole,
  createUser,
  enrollSignedIn,
  newAddress,
  type Organization,
  organization,
  PASSWORD,
  signedIn,
} from './people.js';
import { type Operation, type Place, placesOf, withValueAt } from './schema-walk.js';
import type { World } from './world.js';

/** What an ID can name. */
export const KINDS = [
  'user',
  'service',
  'role',
  'group',
  'application',
  'apiKey',
  'token',
  'message',
  'session',
  'browser',
  'factor',
  'enrollment',
] as const;
export type Kind = (typeof KINDS)[number];

const BY_FIELD: Readonly<Record<string, Kind>> = {
  userId: 'user',
  actorId: 'user',
  subjectId: 'user',
  roleId: 'role',
  roleIds: 'role',
  groupId: 'group',
  groupIds: 'group',
  groupRoleIds: 'role',
  tokenId: 'token',
  factorId: 'factor',
  enrollmentId: 'enrollment',
};
const BY_NAME: Readonly<Record<string, Kind>> = {
  'Query.user(id)': 'user',
  'Query.apiKeys(userId)': 'service',
  'Mutation.createApiKey(userId)': 'service',
  'Mutation.login(input.application.id)': 'application',
  'Mutation.updateUser(id)': 'user',
  'Mutation.updateRole(id)': 'role',
  'Mutation.deleteRole(id)': 'role',
  'Mutation.updateGroup(id)': 'group',
  'Mutation.deleteGroup(id)': 'group',
  'Mutation.deleteApplication(id)': 'application',
  'Mutation.revokeApiKey(id)': 'apiKey',
  'Mutation.revokeSession(id)': 'session',
  'Mutation.revokeTrustedBrowser(id)': 'browser',
  'Mutation.retryMessage(id)': 'message',
};

/** Undefined for an ID that nobody has said the meaning of. */
export function kindOf(place: Place): Kind | undefined {
  const field = place.path.filter((part) => typeof part === 'string').at(-1) ?? '';
  return BY_NAME[place.name] ?? BY_FIELD[field];
}

/** An organization with one of everything, and those who may call something in it. */
export interface Scene {
  world: World;
  house: Organization;
  /** Every permission, by API key: proves nothing again and outlives the clock. */
  desk: Client;
  /** A new thing of this kind, in this organization. */
  make: (kind: Kind) => Promise<string>;
  person: (roleIds?: string[], groupIds?: string[], kind?: string) => Promise<{ id: string; email: string }>;
}

export async function matrixScene(world: World): Promise<Scene> {
  const house = await organization(world, 'on');
  const roles = (await house.admin.ask(op.ROLES)) as { id: string; name: string }[];
  const administrator = roles.find(({ name }) => name === 'Administrator')?.id ?? '';
  const { client: desk } = await apiKey(world, house.admin, [administrator]);

  const person: Scene['person'] = async (roleIds = [], groupIds = [], kind = 'MEMBER') =>
    createUser(desk, { roleIds, groupIds, kind });
  const client = async () => signedIn(world, (await person()).email);

  const makers: Record<Kind, () => Promise<string>> = {
    user: async () => (await person()).id,
    service: async () => (await createUser(desk, { kind: 'SERVICE', password: undefined })).id,
    role: async () => (await createRole(desk)).id,
    group: async () => (await createGroup(desk)).id,
    application: async () =>
      (await desk.ask(op.CREATE_APPLICATION, { name: newAddress('app'), kind: 'MOBILE' })).application.id,
    apiKey: async () => (await apiKey(world, await signedIn(world, house.email), [])).id,
    token: async () => {
      const serial = randomUUID().slice(0, 12);
      await desk.ask(op.IMPORT_TOKENS, { csv: `${serial},${randomUUID().replaceAll('-', '')}00000000` });
      const rows = await world.dataSource.query('SELECT id FROM hardware_tokens WHERE serial = ?', [serial]);
      return rows[0].id as string;
    },
    message: async () => {
      const user = await createUser(desk, { sendActivationEmail: true });
      await world.dataSource.query("UPDATE messages SET status = 'FAILED' WHERE userId = ?", [user.id]);
      return (await world.dataSource.query('SELECT id FROM messages WHERE userId = ?', [user.id]))[0].id as string;
    },
    session: async () => ((await (await client()).ask(op.MY_SESSIONS)) as { id: string }[])[0]?.id ?? '',
    browser: async () => {
      const id = randomUUID();
      const user = await person();
      const [{ organizationId }] = await world.dataSource.query('SELECT organizationId FROM users WHERE id = ?', [
        user.id,
      ]);
      const at = world.clock.now();
      const digest = id.replaceAll('-', '').repeat(2);
      await world.dataSource.getRepository('TrustedBrowserEntity').insert({
        ...{ id, organizationId, userId: user.id, selector: digest.slice(0, 16), tokenHash: digest },
        ...{ userEpoch: 0, settingsEpoch: 0, ip: null, userAgent: null, createdAt: at, lastUsedAt: at },
        ...{ expiresAt: new Date(at.getTime() + 86_400_000), endedAt: null },
      });
      return id;
    },
    factor: async () => (await enrollSignedIn(world, await client())).factorId,
    enrollment: async () => (await (await client()).ask(op.START, { input: { method: 'TOTP' } })).id,
  };
  return { world, house, desk, person, make: (kind) => makers[kind]() };
}

/** A service user with these roles, and a key of it. The caller has to be a person who has reauthenticated. */
export async function apiKey(world: World, admin: Client, roleIds: string[]): Promise<{ client: Client; id: string }> {
  const robot = await createUser(admin, { kind: 'SERVICE', password: undefined, roleIds });
  const made = await admin.ask(op.CREATE_API_KEY, { id: robot.id, name: 'Key' });
  const client = world.client();
  client.token = made.key;
  return { client, id: made.apiKey.id };
}

/** Values that a plain call would have; what is not listed is made of its type. */
const PLAIN: Readonly<Record<string, unknown>> = {
  locale: 'en',
  to: 'somebody@example.com',
  password: PASSWORD,
  currentPassword: PASSWORD,
  newPassword: 'nine calm otters drift downstream',
  phone: '+31612345678',
  fromAddress: 'house@example.com',
  smtpUrl: 'smtp://127.0.0.1:2525',
  gatewayUrl: 'http://127.0.0.1:9/sms',
  allowedPrefixes: '+31',
  csv: 'ZZ-1,00112233445566778899aabbccddeeff00112233',
  rememberBrowserDays: 30,
  codeSeconds: 90,
  enrollmentLinkSeconds: 240,
  graceDays: 3,
  first: 5,
  code: '000000',
  key: 'sign-in.refused',
};

export function plainValue(place: Place): unknown {
  const field = place.path.filter((part) => typeof part === 'string').at(-1) ?? '';
  // One address names one account, whoever has it.
  if (field === 'email') return newAddress('plain');
  if (place.enumValues !== null) return place.enumValues[0];
  if (PLAIN[field] !== undefined && place.type !== 'DateTime') return PLAIN[field];
  switch (place.type) {
    case 'Int':
      return 1;
    case 'Boolean':
      return false;
    case 'DateTime':
      return '2026-03-03T09:00:00.000Z';
    default:
      return 'plain';
  }
}

/** Variables of a plain call: ids of this scene, and whatever is optional and would only stand in the way left out. */
export async function plainVariables(scene: Scene, operation: Operation): Promise<Record<string, unknown>> {
  let variables: Record<string, unknown> = {};
  for (const place of placesOf(operation)) {
    if (isInput(place)) continue;
    if (place.nullable && /(ticket|roleIds|groupIds|after|application)/i.test(place.name)) continue;
    const kind = place.type === 'ID' ? kindOf(place) : undefined;
    variables = withValueAt(variables, place.path, kind === undefined ? plainValue(place) : await scene.make(kind));
  }
  return variables;
}

export const isInput = ({ type }: Place): boolean => /(Input|Filter|Credentials)$/.test(type);

/** Everything at rest but what any refused call may move: the audit, counts of tries and windows, times of last use. */
const SKIPPED_TABLES = new Set(['audit_events', 'audit_heads', 'password_throttles', 'send_windows']);
const SKIPPED_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  sessions: ['lastSeenAt', 'reauthenticatedUntil'],
  users: ['factorTries', 'lockedUntil'],
  tickets: ['tries'],
  enrollments: ['tries'],
  challenges: ['tries'],
  api_keys: ['lastUsedAt'],
  // Workers send on their own while a test runs.
  messages: ['status', 'attempts', 'lastError', 'dueAt', 'sentAt', 'linkTokenSealed'],
};

export async function stateOf(world: World, organizationId?: string): Promise<Record<string, string[]>> {
  const state: Record<string, string[]> = {};
  for (const { tableName, columns } of world.dataSource.entityMetadatas) {
    if (SKIPPED_TABLES.has(tableName)) continue;
    const names = columns
      .map(({ databaseName }) => databaseName)
      .filter((name) => SKIPPED_COLUMNS[tableName]?.includes(name) !== true);
    const scope = tableName === 'organizations' ? 'id' : 'organizationId';
    const scoped = organizationId !== undefined && names.includes(scope);
    const sql = `SELECT ${names.map((name) => `\`${name}\``).join(', ')} FROM ${tableName}`;
    const rows: unknown[] = await world.dataSource.query(
      scoped ? `${sql} WHERE ${scope} = ?` : sql,
      scoped ? [organizationId] : [],
    );
    state[tableName] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return state;
}

/** The tables in which two states differ: short enough to be read where a test fails. */
export function differences(before: Record<string, string[]>, after: Record<string, string[]>): string[] {
  return Object.keys(after).flatMap((table) => {
    const known = new Set(before[table] ?? []);
    const changed = (after[table] ?? []).filter((row) => !known.has(row));
    const gone = (before[table] ?? []).length !== (after[table] ?? []).length;
    return changed.length === 0 && !gone ? [] : [`${table}: ${changed.join(' ').slice(0, 400)}`];
  });
}
