import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as op from '../support/operations.js';
import {
  createUser,
  enrollSignedIn,
  login,
  mailTo,
  newAddress,
  organization,
  type Organization,
  outcomeOf,
  PASSWORD,
  signedIn,
  tokenIn,
  wrongCode,
} from '../support/people.js';
import { atOnce, type Stage, STAGES, startStage, tally } from '../support/stage.js';

const MANY = 50;

describe.each(STAGES)('races of changes, on %s with %p processes', (engine, processes) => {
  let stage: Stage;
  let house: Organization;
  beforeAll(async () => {
    stage = await startStage(engine, processes);
    house = await organization(stage.world);
  });
  afterAll(() => stage.stop());

  /** The administrator's session, at whichever process is next. */
  const admin = () => Object.assign(stage.client(), { token: house.admin.token });
  const query = <T>(sql: string): Promise<T[]> => stage.world.dataSource.query<T[]>(sql);

  it('50 users of one address: one', async () => {
    const email = newAddress('race');
    const results = await atOnce(MANY, () => admin().send(op.CREATE_USER, { input: { email, displayName: 'Racer' } }));
    expect(tally(results)).toEqual({ User: 1, EMAIL_TAKEN: MANY - 1 });
    expect(await query(`SELECT id FROM users WHERE email = '${email}'`)).toHaveLength(1);
  });

  it('50 users of one address written in other ways, by administrators of two organizations: one', async () => {
    const other = await organization(stage.world);
    const email = newAddress('race');
    const results = await atOnce(MANY, (index) => {
      const client = index % 2 === 0 ? admin() : Object.assign(stage.client(), { token: other.admin.token });
      const written = index % 3 === 0 ? email.toUpperCase() : ` ${email} `;
      return client.send(op.CREATE_USER, { input: { email: written, displayName: 'Racer' } });
    });
    expect(tally(results)).toEqual({ User: 1, EMAIL_TAKEN: MANY - 1 });
  });

  it('50 groups, and 50 roles, of one name: one', async () => {
    const groups = await atOnce(MANY, () => admin().send(op.CREATE_GROUP, { input: { name: 'Race' } }));
    expect(tally(groups)).toEqual({ Group: 1, NAME_TAKEN: MANY - 1 });
    const roles = await atOnce(MANY, () => admin().send(op.CREATE_ROLE, { input: { name: 'Race' } }));
    expect(tally(roles)).toEqual({ Role: 1, NAME_TAKEN: MANY - 1 });
  });

  it('one activation link, 50 times: one', async () => {
    const { email } = await createUser(house.admin, { sendActivationEmail: true });
    const token = tokenIn((await mailTo(stage.world, email, /Confirm/)).text);
    const results = await atOnce(MANY, () => stage.client().send(op.CONFIRM_EMAIL, { token }));
    expect(tally(results)).toEqual({ Done: 1, LINK_INVALID: MANY - 1 });
  });

  it('50 activation mails at once: one', async () => {
    const { id } = await createUser(house.admin);
    const results = await atOnce(MANY, () => admin().send(op.SEND_ACTIVATION, { id }));
    expect(tally(results)).toEqual({ Done: 1, RESEND_TOO_SOON: MANY - 1 });
    expect(await query(`SELECT id FROM messages WHERE userId = '${id}'`)).toHaveLength(1);
  });

  it('three administrators, all removed by each other at once: one stays', async () => {
    const three = await organization(stage.world);
    const role = (await three.admin.ask(op.ROLES)).find(({ name }: { name: string }) => name === 'Administrator');
    const first = await three.admin.ask(op.ME);
    const others = [
      await createUser(three.admin, { roleIds: [role.id] }),
      await createUser(three.admin, { roleIds: [role.id] }),
    ];
    const sessions = [three.admin.token];
    for (const { email } of others) sessions.push((await signedIn(stage.world, email)).token);
    const people = [first, ...others] as { id: string }[];
    const answers = await Promise.all(
      people.flatMap(({ id }, index) =>
        sessions
          .filter((_, by) => by !== index)
          .map((token) =>
            Object.assign(stage.client(), { token }).send(op.UPDATE_USER, { id, input: { active: false } }),
          ),
      ),
    );
    expect(answers.map(({ errors }) => errors?.[0]?.extensions.code)).not.toContain('INTERNAL_SERVER_ERROR');
    const rows = await query<{ active: number | boolean }>(
      `SELECT active FROM users WHERE id IN (${people.map(({ id }) => `'${id}'`).join(', ')})`,
    );
    expect(rows.filter(({ active }) => Boolean(active)).length).toBeGreaterThanOrEqual(1);
  });

  it('a reset in the middle of 50 guesses leaves no session behind', async () => {
    const { id, email } = await createUser(house.admin);
    const { app } = await enrollSignedIn(stage.world, await signedIn(stage.world, email));
    stage.world.clock.advance(30);
    const { ticket } = await login(stage.client(), email);
    const right = app(stage.world.clock.now());
    const wrong = wrongCode(app, stage.world.clock.now());
    const [reset] = await Promise.all([
      admin().ask(op.RESET_USER, { id }),
      ...Array.from({ length: 4 }, (_, index) =>
        stage.client().send(op.VERIFY, { input: { ticket, method: 'TOTP', code: index === 2 ? right : wrong } }),
      ),
    ]);
    expect(outcomeOf(reset)).toBe('User');
    // Whichever came first: a session from before the reset is ended by it, and after it the ticket is over.
    expect(await query(`SELECT id FROM sessions WHERE userId = '${id}' AND endedAt IS NULL`)).toHaveLength(0);
    expect(await query(`SELECT id FROM factors WHERE userId = '${id}'`)).toHaveLength(0);
  });

  it('a new password in the middle of sign-ins with the old one leaves none of their sessions behind', async () => {
    const next = 'nine calm otters drift downstream';
    for (let round = 0; round < 5; round += 1) {
      const { id, email } = await createUser(house.admin);
      const client = await signedIn(stage.world, email);
      const [changed] = await Promise.all([
        client.ask(op.CHANGE_PASSWORD, { current: PASSWORD, next }),
        ...Array.from({ length: 8 }, () => stage.client().send(op.LOGIN, { input: { email, password: PASSWORD } })),
      ]);
      expect(outcomeOf(changed)).toBe('Done');
      const open = await query(`SELECT id FROM sessions WHERE userId = '${id}' AND endedAt IS NULL`);
      expect(open).toHaveLength(1);
    }
  });

  it('recovery codes renewed many times at once: one set stands, and it was shown', async () => {
    const { id, email } = await createUser(house.admin);
    const client = await signedIn(stage.world, email);
    await enrollSignedIn(stage.world, client);
    const results = await atOnce<{ __typename: string; codes: string[] }>(20, () =>
      Object.assign(stage.client(), { token: client.token }).send(op.RENEW_CODES),
    );
    expect(tally(results)).toEqual({ RecoveryCodes: 20 });
    expect(await query(`SELECT id FROM recovery_codes WHERE userId = '${id}'`)).toHaveLength(10);
    let opened = 0;
    for (const { codes } of results) {
      const { ticket } = await login(stage.client(), email);
      const input = { ticket, method: 'RECOVERY_CODE', code: codes[0] };
      if ((await stage.client().ask(op.VERIFY, { input })).__typename === 'SignedIn') opened += 1;
      await admin().ask(op.UNLOCK_USER, { id });
    }
    expect(opened).toBe(1);
  });

  it('the audit of all of it is whole', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const verdict = await admin().ask('{ verifyAudit { intact eventsChecked problem } }');
    expect(verdict).toMatchObject({ intact: true, problem: null });
    expect(verdict.eventsChecked).toBeGreaterThan(0);
  });
});
