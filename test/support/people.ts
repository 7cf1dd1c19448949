import { SetupService } from '../../src/administration/index.js';
import type { Client } from './client.js';
import * as op from './operations.js';
import { authenticator } from './totp.js';
import { ADMIN, type World } from './world.js';

/** Long enough without a second factor, and in no list. */
export const PASSWORD = 'seven quiet herons wade upstream';

export type App = (at: Date) => string;

export const login = (client: Client, email: string, password = PASSWORD, more: Record<string, unknown> = {}) =>
  client.ask(op.LOGIN, { input: { email, password, ...more } });

/** Signed in by the password alone, and reauthenticated. */
export async function signedIn(world: World, email: string, password = PASSWORD): Promise<Client> {
  const client = world.client();
  const result = await login(client, email, password);
  if (result.__typename !== 'SignedIn') throw new Error(`${email} got ${JSON.stringify(result)}`);
  client.token = result.accessToken;
  await reauthenticate(client, password);
  return client;
}

/** The first administrator, before two-factor is switched on. */
export const administrator = (world: World): Promise<Client> => signedIn(world, ADMIN.email, ADMIN.password);

export async function reauthenticate(
  client: Client,
  password = PASSWORD,
  factor: Record<string, unknown> = {},
): Promise<void> {
  const result = await client.ask(op.REAUTHENTICATE, { input: { password, ...factor } });
  if (result.__typename !== 'Reauthenticated') throw new Error(`Not reauthenticated: ${JSON.stringify(result)}`);
}

let counter = 0;
export const newAddress = (name = 'person'): string => {
  counter += 1;
  return `${name}${String(counter)}@example.com`;
};

/** @returns the user as `createUser` answered */
export async function createUser(admin: Client, input: Record<string, unknown> = {}) {
  const email = newAddress();
  const result = await admin.ask(op.CREATE_USER, {
    input: { email, displayName: `Person ${String(counter)}`, password: PASSWORD, ...input },
  });
  if (result.__typename !== 'User') throw new Error(`No user: ${JSON.stringify(result)}`);
  return result;
}

/** Sets up an authenticator app in the middle of a first sign-in. */
export async function enrollApp(
  world: World,
  email: string,
  password = PASSWORD,
  more: Record<string, unknown> = {},
): Promise<{ client: Client; app: App; secret: string; recoveryCodes: string[]; result: Record<string, unknown> }> {
  const client = world.client();
  const first = await login(client, email, password, more);
  if (first.__typename !== 'EnrollmentRequired') throw new Error(`${email} got ${JSON.stringify(first)}`);
  const started = await client.ask(op.START, { input: { ticket: first.ticket, method: 'TOTP' } });
  const { secret } = started.totp as { secret: string };
  const app = authenticator(secret);
  const input = { ticket: first.ticket, enrollmentId: started.id, code: app(world.clock.now()) };
  const result = await client.ask(op.CONFIRM, { input });
  if (result.__typename !== 'SignedIn') throw new Error(`${email} got ${JSON.stringify(result)}`);
  client.token = result.accessToken;
  return { client, app, secret, recoveryCodes: result.recoveryCodes, result };
}

/** Password and app. The clock moves on by a step, since a step is good once. */
export async function signInWithApp(world: World, email: string, app: App, password = PASSWORD): Promise<Client> {
  world.clock.advance(30);
  const client = world.client();
  const { ticket } = await login(client, email, password);
  const result = await client.ask(op.VERIFY, { input: { ticket, method: 'TOTP', code: app(world.clock.now()) } });
  if (result.__typename !== 'SignedIn') throw new Error(`${email} got ${JSON.stringify(result)}`);
  client.token = result.accessToken;
  return client;
}

/** The newest mail to an address, once it has been written. */
export async function mailTo(
  world: World,
  address: string,
  matching = /./,
): Promise<{ subject: string; text: string }> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const mail = (await world.mails()).find(({ to, subject }) => to === address && matching.test(subject));
    if (mail !== undefined) return mail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`No mail to ${address} that matches ${String(matching)}.`);
}

export function codeIn(text: string): string {
  const [code] = /\b\d{6}\b/.exec(text) ?? [];
  if (code === undefined) throw new Error('The mail has no code.');
  return code;
}

export function tokenIn(text: string): string {
  const [, token] = /[?&]token=([\w-]+)/.exec(text) ?? [];
  if (token === undefined) throw new Error('The mail has no link.');
  return token;
}

/** What came of it: the code of a refusal, or else which member of the union it is. */
export const outcomeOf = (result: { __typename: string; code?: string }): string => result.code ?? result.__typename;

export interface Organization {
  id: string;
  /** Of its administrator, whose password is `PASSWORD`. */
  email: string;
  admin: Client;
}

/**
 * An organization of its own in a world that stands already, so that what a test switches on touches no other test.
 * Two-factor is on and asks nobody yet; 'everyone' ticks the role All, 'off' leaves it as a fresh installation has it.
 */
export async function organization(world: World, twoFactor: 'off' | 'on' | 'everyone' = 'on'): Promise<Organization> {
  const email = newAddress('admin');
  const setup = world.app.get(SetupService, { strict: false });
  const made = await setup.createOrganization(`House of ${email}`, { email, password: PASSWORD }, 'house@example.com');
  if (!('id' in made)) throw new Error(`No organization: ${made.message}`);
  const admin = await signedIn(world, email);
  if (twoFactor !== 'off') await admin.ask(op.ENABLE, { everyone: twoFactor === 'everyone' });
  return { id: made.id, email, admin };
}

/** The administrator once more, after the clock has ended what stood. */
export async function again(world: World, { email }: Organization): Promise<Client> {
  return signedIn(world, email);
}

/** Two-factor settings, which are expected to be taken. */
export async function settle(admin: Client, twoFactor: Record<string, unknown>): Promise<void> {
  const result = await admin.ask(op.UPDATE_SETTINGS, { input: { twoFactor } });
  if (result.__typename !== 'Settings') throw new Error(`Not settled: ${JSON.stringify(result)}`);
}

export async function createRole(admin: Client, input: Record<string, unknown> = {}) {
  counter += 1;
  const result = await admin.ask(op.CREATE_ROLE, { input: { name: `Role ${String(counter)}`, ...input } });
  if (result.__typename !== 'Role') throw new Error(`No role: ${JSON.stringify(result)}`);
  return result;
}

export async function createGroup(admin: Client, roleIds: string[] = [], name?: string) {
  counter += 1;
  const result = await admin.ask(op.CREATE_GROUP, { input: { name: name ?? `Group ${String(counter)}`, roleIds } });
  if (result.__typename !== 'Group') throw new Error(`No group: ${JSON.stringify(result)}`);
  return result;
}

/** Changes a user, which is expected to be taken. */
export async function updateUser(admin: Client, id: string, input: Record<string, unknown>) {
  const result = await admin.ask(op.UPDATE_USER, { id, input });
  if (result.__typename !== 'User') throw new Error(`Not updated: ${JSON.stringify(result)}`);
  return result;
}

/** Sets up an app for a signed-in, reauthenticated person. */
export async function enrollSignedIn(
  world: World,
  client: Client,
): Promise<{ app: App; secret: string; recoveryCodes: string[]; factorId: string }> {
  const started = await client.ask(op.START, { input: { method: 'TOTP' } });
  if (started.__typename !== 'Enrollment') throw new Error(`Not started: ${JSON.stringify(started)}`);
  const { secret } = started.totp as { secret: string };
  const app = authenticator(secret);
  const confirmed = await client.ask(op.CONFIRM, { input: { enrollmentId: started.id, code: app(world.clock.now()) } });
  if (confirmed.__typename !== 'FactorAdded') throw new Error(`Not confirmed: ${JSON.stringify(confirmed)}`);
  return { app, secret, recoveryCodes: confirmed.recoveryCodes, factorId: confirmed.factor.id };
}

/** Opens the link of an activation mail, as its addressee does. */
export async function confirmAddress(world: World, admin: Client, user: { id: string; email: string }): Promise<void> {
  const sent = await admin.ask(op.SEND_ACTIVATION, { id: user.id });
  if (sent.__typename !== 'Done') throw new Error(`No activation mail: ${JSON.stringify(sent)}`);
  const { text } = await mailTo(world, user.email, /Confirm/);
  const confirmed = await world.client().ask(op.CONFIRM_EMAIL, { token: tokenIn(text) });
  if (confirmed.__typename !== 'Done') throw new Error(`Not confirmed: ${JSON.stringify(confirmed)}`);
}

/** Six digits that no app with this secret shows anywhere near now. */
export function wrongCode(app: App, at: Date): string {
  const near = new Set<string>();
  for (let step = -15; step <= 15; step += 1) near.add(app(new Date(at.getTime() + step * 30_000)));
  for (let code = 0; ; code += 1) {
    const digits = String(code).padStart(6, '0');
    if (!near.has(digits)) return digits;
  }
}

/** Events of the audit, newest first, as an administrator sees them; facts as one object. */
export async function auditOf(admin: Client, filter: Record<string, unknown>) {
  const { nodes } = await admin.ask(op.AUDIT, { filter, first: 200 });
  return (nodes as { key: string; facts: { name: string; value: string }[]; actorId: string; subjectId: string }[]).map(
    ({ facts, ...event }) => ({
      ...event,
      facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])),
    }),
  );
}

/** All mails to an address, newest first, once there are that many. */
export async function mailsTo(world: World, address: string, count: number, matching = /./) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const mails = (await world.mails()).filter(({ to, subject }) => to === address && matching.test(subject));
    if (mails.length >= count) return mails;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Fewer than ${String(count)} mails to ${address} that match ${String(matching)}.`);
}
