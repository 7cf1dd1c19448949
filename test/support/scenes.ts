import { expect } from '@jest/globals';
import { databaseText } from './canary-places.js';
import type { Client } from './client.js';
import * as op from './operations.js';
import { administrator, createUser, login, PASSWORD, tokenIn } from './people.js';
import type { World } from './world.js';

/**
 * A program with every permission, by API key: whoever arranges a scene must not be subject to what the scene is about,
 * and must outlive every move of the clock.
 */
export async function serviceDesk(world: World): Promise<Client> {
  const admin = await administrator(world);
  const { id } = await roleNamed(admin, 'Administrator');
  const robot = await createUser(admin, { kind: 'SERVICE', password: undefined, roleIds: [id] });
  const { key } = await admin.ask(op.CREATE_API_KEY, { id: robot.id, name: 'Scenes' });
  return withToken(world, key);
}

export function withToken(world: World, token: string): Client {
  const client = world.client();
  client.token = token;
  return client;
}

interface RoleSeen {
  id: string;
  name: string;
  requireTwoFactor: boolean;
}

export async function roleNamed(desk: Client, name: string): Promise<RoleSeen> {
  const roles = (await desk.ask(op.ROLES)) as RoleSeen[];
  const role = roles.find((each) => each.name === name);
  if (role === undefined) throw new Error(`There is no role ${name}.`);
  return role;
}

/** Ticks or unticks "requires a second factor" of the role that everyone has. */
export async function tickAll(desk: Client, requireTwoFactor: boolean): Promise<void> {
  const { id } = await roleNamed(desk, 'All');
  const result = await desk.ask(op.UPDATE_ROLE, { id, input: { requireTwoFactor } });
  expect(result).toMatchObject({ __typename: 'Role', requireTwoFactor });
}

/** On, and asked of nobody by it. */
export async function switchOn(desk: Client): Promise<void> {
  expect(await desk.ask(op.ENABLE, { everyone: false })).toMatchObject({ __typename: 'Settings' });
}

export async function setTwoFactor(desk: Client, twoFactor: Record<string, unknown>): Promise<void> {
  expect(await desk.ask(op.UPDATE_SETTINGS, { input: { twoFactor } })).toMatchObject({
    __typename: 'Settings',
    twoFactor,
  });
}

export interface Mail {
  subject: string;
  text: string;
  html: string;
}

/** A mail of this moment: the clock stands still, so whatever left before it was moved last is older. */
export async function freshMail(world: World, address: string, matching = /./): Promise<Mail> {
  const now = world.clock.now().toISOString();
  for (let attempt = 0; attempt < 150; attempt += 1) {
    const mail = (await world.mails()).find(
      ({ to, subject, sentAt }) => to === address && sentAt >= now && matching.test(subject),
    );
    if (mail !== undefined) return mail;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  throw new Error(`No fresh mail to ${address} that matches ${String(matching)}.`);
}

/** A user whose address was confirmed by the mail's link. */
export async function confirmedUser(world: World, desk: Client, input: Record<string, unknown> = {}) {
  const user = await createUser(desk, { ...input, sendActivationEmail: true });
  const { text } = await freshMail(world, user.email);
  expect(await world.client().ask(op.CONFIRM_EMAIL, { token: tokenIn(text) })).toMatchObject({ __typename: 'Done' });
  return user;
}

/** The password step of somebody of whom more is asked, in a browser of their own. */
export async function begun(world: World, email: string, typename: 'SecondFactorRequired' | 'EnrollmentRequired') {
  const client = world.client();
  const result = await login(client, email, PASSWORD);
  expect(result).toMatchObject({ __typename: typename });
  return { client, ticket: result.ticket as string, result };
}

let phones = 0;
/** A number that nobody else in this run has: sends are limited by destination. */
export const newPhone = (): string => {
  phones += 1;
  return `+3161234${String(phones).padStart(4, '0')}`;
};

/** What was written to be sent to an address, by template, oldest first: the rows are the truth, whatever has left. */
export async function messagesTo(world: World, destination: string): Promise<{ template: string; status: string }[]> {
  return world.dataSource.query('SELECT template, status FROM messages WHERE destination = ? ORDER BY id', [
    destination,
  ]);
}

/** Everything that the database holds, as one text: what must be nowhere at rest is looked for in it. */
export async function everythingAtRest(world: World): Promise<string> {
  return databaseText(world.dataSource);
}

/** Until something becomes so, by real time: workers work on their own. */
export async function eventually<T>(look: () => Promise<T>, fits: (value: T) => boolean): Promise<T> {
  let value = await look();
  for (let attempt = 0; attempt < 200 && !fits(value); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    value = await look();
  }
  if (!fits(value)) throw new Error(`It did not come about: ${JSON.stringify(value)}`);
  return value;
}

/** What the audit says happened to somebody, newest first. */
export async function auditOf(
  desk: Client,
  subjectId: string,
): Promise<{ key: string; actorEmail: string | null; facts: { name: string; value: string }[] }[]> {
  const { nodes } = await desk.ask(op.AUDIT, { filter: { subjectId }, first: 100 });
  return nodes as { key: string; actorEmail: string | null; facts: { name: string; value: string }[] }[];
}
