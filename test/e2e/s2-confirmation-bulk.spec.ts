import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../support/client.js';
import * as op from '../support/operations.js';
import { createUser, signedIn, tokenIn } from '../support/people.js';
import { confirmedUser, freshMail, messagesTo, serviceDesk } from '../support/scenes.js';
import { ADMIN, ENGINES, startWorld, type World } from '../support/world.js';

describe.each(ENGINES)('2.4 confirmation mails to all unconfirmed that the caller may see, on %s', (engine) => {
  let world: World;
  let desk: Client;
  let north: { id: string };
  let south: { id: string };
  let manager: { email: string };

  beforeAll(async () => {
    world = await startWorld(engine);
    desk = await serviceDesk(world);
    north = await desk.ask(op.CREATE_GROUP, { input: { name: 'North', roleIds: [] } });
    south = await desk.ask(op.CREATE_GROUP, { input: { name: 'South', roleIds: [] } });
    const role = await desk.ask(op.CREATE_ROLE, {
      input: { name: 'Branch manager', permissions: ['USERS_READ', 'USERS_WRITE'], visibility: 'OWN_GROUPS' },
    });
    manager = await confirmedUser(world, desk, { roleIds: [role.id], groupIds: [north.id] });
  });
  afterAll(() => world.stop());
  // Whoever had a mail a moment ago is passed over.
  beforeEach(() => world.clock.advance(3_600));

  const resend = (client: Client, filter?: Record<string, unknown>) =>
    client.ask(op.RESEND_CONFIRMATIONS, { filter }) as Promise<{ queued: number; skipped: number }>;
  const countTo = async (email: string): Promise<number> =>
    (await messagesTo(world, email)).filter(({ template }) => template === 'activation').length;

  it('reaches exactly those: of one’s own groups, active, unconfirmed, and people', async () => {
    const mine = await createUser(desk, { groupIds: [north.id] });
    const both = await createUser(desk, { groupIds: [north.id, south.id] });
    const theirs = await createUser(desk, { groupIds: [south.id] });
    const nobodys = await createUser(desk);
    const done = await confirmedUser(world, desk, { groupIds: [north.id] });
    const idle = await createUser(desk, { groupIds: [north.id] });
    await desk.ask(op.UPDATE_USER, { id: idle.id, input: { active: false } });
    const before = await countTo(done.email);

    const client = await signedIn(world, manager.email);
    const { nodes } = await client.ask(op.USERS, { filter: { emailConfirmed: false } });
    expect((nodes as { email: string }[]).map(({ email }) => email).sort()).toEqual(
      [both.email, idle.email, mine.email].sort(),
    );
    expect(await resend(client)).toMatchObject({ queued: 2 });
    expect(await Promise.all([mine, both].map(({ email }) => countTo(email)))).toEqual([1, 1]);
    expect(await Promise.all([theirs, nobodys, idle].map(({ email }) => countTo(email)))).toEqual([0, 0, 0]);
    expect(await countTo(done.email)).toBe(before);
    expect(await countTo(ADMIN.email)).toBe(0);

    const { text } = await freshMail(world, mine.email, /Confirm/);
    expect(await world.client().ask(op.CONFIRM_EMAIL, { token: tokenIn(text) })).toMatchObject({ __typename: 'Done' });
  });

  it('a filter narrows it and cannot widen it', async () => {
    const mine = await createUser(desk, { groupIds: [north.id], displayName: 'Nora North' });
    const other = await createUser(desk, { groupIds: [north.id] });
    const theirs = await createUser(desk, { groupIds: [south.id], displayName: 'Nora South' });
    const client = await signedIn(world, manager.email);
    expect(await resend(client, { search: 'nora' })).toMatchObject({ queued: 1 });
    expect(await resend(client, { groupId: south.id, search: 'nora' })).toMatchObject({ queued: 0 });
    expect(await Promise.all([mine, other, theirs].map(({ email }) => countTo(email)))).toEqual([1, 0, 0]);
    // Not even where the filter asks for those who have confirmed.
    expect(await resend(client, { emailConfirmed: true })).toMatchObject({ queued: 0 });
  });

  it('twice in a row floods nobody', async () => {
    const { email } = await createUser(desk, { groupIds: [north.id] });
    const client = await signedIn(world, manager.email);
    expect((await resend(client)).queued).toBeGreaterThan(0);
    const again = await resend(client);
    expect(again.queued).toBe(0);
    expect(again.skipped).toBeGreaterThan(0);
    expect(await countTo(email)).toBe(1);
  });

  it('who sees everyone reaches everyone, each once, over any number of pages', async () => {
    const users: { email: string }[] = [];
    for (let index = 0; index < 12; index += 1) users.push(await createUser(desk));
    const { nodes } = await desk.ask(op.USERS, { filter: { emailConfirmed: false, active: true }, first: 100 });
    const people = (nodes as { kind: string; email: string }[]).filter(({ kind }) => kind !== 'SERVICE');
    const before = new Map(await Promise.all(people.map(async ({ email }) => [email, await countTo(email)] as const)));
    expect(await resend(desk)).toMatchObject({ queued: people.length });
    for (const { email } of people)
      expect([email, await countTo(email)]).toEqual([email, (before.get(email) ?? 0) + 1]);
    for (const { email } of users) await freshMail(world, email, /Confirm/);
  });

  it('a newer mail ends the link of the older', async () => {
    const { email } = await createUser(desk, { groupIds: [north.id], sendActivationEmail: true });
    const first = tokenIn((await freshMail(world, email)).text);
    world.clock.advance(3_600);
    await resend(desk, { search: email });
    const second = tokenIn((await freshMail(world, email)).text);
    const confirm = (token: string) => world.client().ask(op.CONFIRM_EMAIL, { token });
    expect(await confirm(first)).toMatchObject({ code: 'LINK_INVALID' });
    expect(await confirm(second)).toMatchObject({ __typename: 'Done' });
  });

  it('needs the permission, and is audited once', async () => {
    const { email } = await createUser(desk, { groupIds: [north.id] });
    const client = await signedIn(world, email);
    expect(await client.errorOf(op.RESEND_CONFIRMATIONS)).toBe('FORBIDDEN');
    expect(await countTo(email)).toBe(0);
    const own = await signedIn(world, manager.email);
    const { queued } = await resend(own, { search: email });
    const { nodes } = await desk.ask(op.AUDIT, { filter: { key: 'users.confirmations-resent' }, first: 1 });
    expect(nodes[0]).toMatchObject({ actorEmail: manager.email });
    expect(nodes[0].facts).toContainEqual({ name: 'queued', value: String(queued) });
  });
});
