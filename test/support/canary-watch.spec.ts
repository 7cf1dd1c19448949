import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { DevMailbox } from '../../src/notification/dev-mailbox.js';
import { PinoLoggerService } from '../../src/platform/logging/index.js';
import { base32, textFormsOf } from './canary.js';
import { CanaryBook } from './canary-book.js';
import { isDistinctive } from './canary-kinds.js';
import { Needles, WINDOW } from './canary-needles.js';
import * as op from './operations.js';
import { administrator, createUser, login, PASSWORD } from './people.js';
import { sharedRedisUrl } from './servers.js';
import { ADMIN, ENGINES, startWorld, type World } from './world.js';

const hex = (text: string): string => Buffer.from(text).toString('hex');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** In the middle of something longer, as a whole JSON body would be. */
const inside = (text: string): string => `{"a":"${text}"}`;

describe.each(ENGINES)('the watch for secrets, on %s', (engine) => {
  let world: World;
  let user: { id: string; email: string };
  let refreshToken: string;

  beforeEach(async () => {
    world = await startWorld(engine);
    user = await createUser(await administrator(world));
    ({ refreshToken } = await login(world.client(), user.email));
  });

  const write = (text: string) =>
    world.dataSource.query('UPDATE users SET displayName = ? WHERE id = ?', [text, user.id]);
  const mail = (id: string, to: string, text: string) =>
    world.app.get(DevMailbox, { strict: false }).store(`${id.repeat(8)}-0000-7000-8000-000000000000`, {
      messageId: 'id',
      from: { name: 'Countersign', address: 'from@example.com' },
      ...{ to, subject: 'Hello', text, html: '' },
    });

  describe('a world that ends with a leak', () => {
    it('does not end well, is cleared away all the same, and says what, how and where, but not the secret', async () => {
      await write(base64(inside(PASSWORD)));
      const failure = await world.stop().then(
        () => new Error('It ended well.'),
        (error: unknown) => error as Error,
      );
      expect(failure.message).toMatch(/password as base64 in the database/);
      expect(failure.message).not.toContain(base64(PASSWORD).slice(4, 20));
      expect(world.dataSource.isInitialized).toBe(false);
    });
  });

  describe('a world that ends', () => {
    afterEach(() => world.stop().catch(() => undefined));

    it('well, where nothing has leaked, with secrets known', async () => {
      expect(await world.searchForSecrets()).toEqual([]);
      await expect(world.stop()).resolves.toBeUndefined();
    });

    it.each([
      ['plain', (text: string) => text],
      ['hex', hex],
      ['hex', (text: string) => hex(inside(text)).toUpperCase()],
      ['base64', base64],
      ['base64', (text: string) => base64(inside(text))],
      ['base64', (text: string) => Buffer.from(`?${text}`).toString('base64url')],
      ['base32', (text: string) => base32(Buffer.from(text))],
      ['base32', (text: string) => base32(Buffer.from(`a${text}`))],
      ['URL', encodeURIComponent],
    ])('with a row that holds a password in the form %s', async (form, encoded) => {
      await write(encoded(PASSWORD));
      expect(await world.searchForSecrets()).toContainEqual(
        expect.stringMatching(new RegExp(`^password as ${form} in the database`)),
      );
    });

    it('with a token in a row', async () => {
      await write(refreshToken);
      expect(await world.searchForSecrets()).toContainEqual(
        expect.stringMatching(/^refresh token as plain in the data/),
      );
    });

    it('with a line of the log, at the level debug', async () => {
      const logger = world.app.get(PinoLoggerService, { strict: false });
      // Short enough for its forms to pass the log's own net, which strikes out whatever is as long as a token.
      const typed = 'amber kettle hums';
      await login(world.client(), user.email, typed);
      logger.debug(`tried with ${hex(typed)}`);
      expect(await world.searchForSecrets()).toEqual([expect.stringMatching(/^password as hex in the log/)]);
      logger.debug(`tried with ${base64(ADMIN.password)}`);
      expect(await world.searchForSecrets()).toContainEqual(
        expect.stringMatching(/^first password as base64 in the log/),
      );
    });

    it('with a mail that holds anything but a link, or the link of somebody else', async () => {
      await mail(
        '1',
        user.email,
        'See http://localhost:3000/confirm?token=2b4TtJxq0WvKpZs9RyUeHnMoDiLcAfGg7X1Q5V3N8Y0',
      );
      expect(await world.searchForSecrets()).toEqual([]);
      await mail('2', ADMIN.email, `For him: ${hex('2b4TtJxq0WvKpZs9RyUeHnMoDiLcAfGg7X1Q5V3N8Y0')}`);
      await mail('3', user.email, `Your password is ${PASSWORD}.`);
      const found = await world.searchForSecrets();
      expect(found).toHaveLength(2);
      expect(found).toContainEqual(expect.stringMatching(/^mailed link as hex in the mail "Hello" to admin@/));
      expect(found).toContainEqual(expect.stringMatching(/^password as plain in the mail "Hello" to person/));
    });

    it('with an answer that shows what was typed', async () => {
      await write(hex(PASSWORD));
      const admin = await administrator(world);
      await admin.ask(op.USER, { id: user.id });
      await write('Nobody');
      expect(await world.searchForSecrets()).toContainEqual(
        expect.stringMatching(/^password as hex in an answer of user:/),
      );
    });

    it('with a password that a test wrote into an open field as well, which is no secret then', async () => {
      const admin = await administrator(world);
      await admin.ask(op.UPDATE_USER, { id: user.id, input: { displayName: PASSWORD } });
      expect(await world.searchForSecrets()).toEqual([]);
      // What the service made is never let off so.
      await admin.ask(op.UPDATE_USER, { id: user.id, input: { displayName: `x${refreshToken}` } });
      expect(await world.searchForSecrets()).toContainEqual(
        expect.stringMatching(/^refresh token as plain in the data/),
      );
    });

    it('with a database that is gone: the log is searched still', async () => {
      world.app.get(PinoLoggerService, { strict: false }).debug(`tried with ${PASSWORD}`);
      await world.dataSource.destroy();
      expect(await world.searchForSecrets()).toEqual([expect.stringMatching(/^password as plain in the log/)]);
    });

    const redisUrl = engine === 'mariadb' ? sharedRedisUrl() : null;
    if (redisUrl !== null) {
      it('with a job of its own that holds a secret, and not with one of another world', async () => {
        const redis = new Redis(redisUrl);
        const prefix = new URL(world.config.redisUrl ?? '').searchParams.get('prefix') ?? '';
        const keys = [`{another}:canary:${prefix.slice(1)}`, `{${prefix}}:canary`];
        try {
          await redis.hset(keys[0]!, 'data', PASSWORD);
          expect(await world.searchForSecrets()).toEqual([]);
          await redis.hset(keys[1]!, 'data', hex(PASSWORD));
          expect(await world.searchForSecrets()).toEqual([expect.stringMatching(/^password as hex in the queue/)]);
        } finally {
          await redis.del(...keys);
          redis.disconnect();
        }
      });
    }
  });
});

describe('what the watch looks for', () => {
  it('is to be shown once, if it is an API key', () => {
    const book = new CanaryBook();
    const data = { createApiKey: { __typename: 'ApiKeyCreated', apiKey: { id: '1' }, key: 'csk_0f8a6b2e4d1c9753' } };
    const answer = { data, errors: undefined, status: 200, cookies: [] };
    book.exchanged(op.CREATE_API_KEY, {}, answer);
    expect(book.shownAgain).toEqual([]);
    book.exchanged(op.CREATE_API_KEY, {}, answer);
    expect(book.shownAgain).toMatchObject([{ canary: { name: 'API key' }, operation: 'createApiKey' }]);
  });

  it.each([
    ['correct horse battery', true],
    ['password', false],
    ['aaaaaaaaaaaaaaaaaaaaaaaa', false],
    ['0198a7c2-1111-7000-8000-0123456789ab', false],
  ])('takes %s for distinctive: %s', (value, expected) => {
    expect(isDistinctive(value)).toBe(expected);
  });

  it('is found at either end, twice, overlapping, and beside what begins alike', () => {
    const needles = new Needles<string>();
    expect(needles.add('a'.repeat(WINDOW - 1), 'short')).toBe(false);
    needles.add('abcdefghijklmno', 'one');
    needles.add('abcdefghijklmnoQ', 'longer');
    needles.add('mnoabcdefghijklmno', 'around');
    const text = 'abcdefghijklmnoabcdefghijklmno--abcdefghijklmn-abcdefghijklmno';
    expect(needles.find(Buffer.from(text)).map(({ tag, at }) => `${tag} ${String(at)}`)).toEqual([
      'one 0',
      'around 12',
      'one 15',
      'one 47',
    ]);
    expect(needles.find(Buffer.from('abcdefghijk'))).toEqual([]);
  });

  it('is found in each of its forms in the midst of any other bytes', () => {
    const canary = { name: 'seed', value: '5e1f0ddba11c0ffee5e1f0ddba11c0ffee5e1f0d', hex: true };
    const needles = new Needles<string>();
    for (const { name, text } of textFormsOf(canary)) needles.add(text, name);
    const bytes = Buffer.from(canary.value, 'hex');
    for (let before = 0; before < 6; before += 1) {
      for (let after = 0; after < 6; after += 1) {
        const whole = Buffer.concat([Buffer.alloc(before, 0xc3), bytes, Buffer.alloc(after, 0x5a)]);
        const forms = { base32: base32(whole), base64: whole.toString('base64'), hex: whole.toString('hex') };
        for (const text of [...Object.values(forms), whole.toString('base64url')]) {
          expect(needles.find(Buffer.from(text))).not.toEqual([]);
        }
      }
    }
  });
});
