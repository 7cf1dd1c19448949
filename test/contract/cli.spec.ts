import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AuditEventEntity } from '../../src/audit/index.js';
import type { Io } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { main } from '../../src/cli/main.js';
import { migrate } from '../../src/cli/migrations.js';
import { ENTITIES } from '../../src/entities.js';
import { FactorEntity, TotpService } from '../../src/otp/index.js';
import { hotpCode, totpStep } from '../../src/otp/hotp.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { Argon2Hasher, Random, resolveKeyRing, Sealer } from '../../src/platform/crypto/index.js';
import { dataSourceOptions, UnitOfWork } from '../../src/platform/database/index.js';
import { UserEntity } from '../../src/users/index.js';
import { freshDatabase } from '../support/servers.js';

const VARIABLES = ['DATA_DIR', 'DATABASE_URL', 'SECRET_KEYS', 'REDIS_URL', 'SMTP_URL', 'PUBLIC_URL', 'MAIL_FROM'];

/** One installation on SQLite, and the commands run as an operator would. */
describe('the commands', () => {
  let directory: string;
  const kept = new Map(VARIABLES.map((name) => [name, process.env[name]]));

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'countersign-cli-'));
    // Empty counts as absent.
    for (const name of VARIABLES) process.env[name] = '';
    process.env.DATA_DIR = join(directory, 'data');
  });
  afterAll(async () => {
    for (const [name, value] of kept) process.env[name] = value ?? '';
    await rm(directory, { recursive: true });
  });

  async function run(line: string[], secret = ''): Promise<{ code: number; out: string; err: string }> {
    const said = { out: '', err: '' };
    const io: Io = {
      out: (text) => Promise.resolve(void (said.out += text)),
      err: (text) => void (said.err += text),
      secret: () => Promise.resolve(secret),
    };
    return { code: await main(COMMANDS, line, io), ...said };
  }
  const words = (text: string, secret?: string) => run(text.split(' '), secret);

  async function inDatabase<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
    const databaseUrl = `sqlite:${join(directory, 'data', 'countersign.sqlite')}`;
    const dataSource = await new DataSource(dataSourceOptions({ databaseUrl }, ENTITIES)).initialize();
    try {
      return await work(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }
  const auditKeys = () =>
    inDatabase(async (dataSource) =>
      (await dataSource.getRepository(AuditEventEntity).find({ order: { id: 'ASC' } })).map(({ eventKey }) => eventKey),
    );

  it('explain themselves', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('countersign <command>') });
    expect((await run([])).code).toBe(2);
    for (const command of COMMANDS) {
      const { code, out } = await run([...command.words, '--help']);
      expect(code).toBe(0);
      expect(out).toContain(`Usage: countersign ${command.words.join(' ')}`);
      for (const option of Object.keys(command.options)) expect(out).toContain(`--${option}`);
    }
  });

  it.each([
    ['an unknown command', 'users delete', /There is no such command/],
    ['half a command', 'audit', /There is no such command/],
    ['an unknown option', 'migrate --force', /Unknown option '--force'/],
    ['a missing option', 'factor reset ann@x.org', /--reason is missing/],
    ['a missing argument', 'users import', /<csv> is missing/],
    ['one argument too many', 'migrate now', /too many arguments/],
    ['a format that is none', 'audit export --format xml', /--format is ndjson or csv/],
    ['neither or both', 'messages retry', /--id or --all-failed/],
  ])('do not understand %s', async (_name, line, sentence) => {
    expect(await words(line)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(sentence) });
  });

  it('ask for the migration first', async () => {
    expect(await words('users export')).toMatchObject({ code: 1, err: expect.stringContaining('countersign migrate') });
  });

  it('migrate, also twice at once', async () => {
    const results = await Promise.all([words('migrate'), words('migrate')]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(results.filter(({ out }) => out.startsWith('Migrated')).length).toBeLessThanOrEqual(1);
    expect((await words('migrate')).out).toBe('The database is up to date.\n');
  });

  it('create the first administrator, with a password that is made and shown once', async () => {
    expect(await words('audit verify')).toMatchObject({ code: 1, err: 'There is no organization yet.\n' });
    const { code, out } = await words('admin create --email Root@Example.org --generate');
    expect(code).toBe(0);
    const password = /once\): (\S+)/.exec(out)?.[1] ?? '';
    expect(password.length).toBeGreaterThanOrEqual(24);
    const root = await inDatabase((db) => db.getRepository(UserEntity).findOneByOrFail({ email: 'root@example.org' }));
    expect(root).toMatchObject({ kind: 'MEMBER', active: true, emailConfirmedAt: null, canToggleTwoFactor: true });
    expect(await new Argon2Hasher().verify(root.passwordHash!, password)).toBe(true);
    expect(await auditKeys()).toEqual(['organization.created', 'administrator.created']);
  });

  it('take a password that was typed, if it is good enough', async () => {
    expect(await words('admin create --email weak@example.org', 'password')).toMatchObject({ code: 1, out: '' });
    const typed = await words('admin create --email two@example.org', 'three blind mice and a farmer');
    expect(typed).toEqual({ code: 0, out: 'Created the administrator two@example.org of Countersign.\n', err: '' });
    const again = await words('admin create --email two@example.org', 'three blind mice and a farmer');
    expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/uses this e-mail address/) });
  });

  it('import nothing of a file with an unsound line', async () => {
    const file = join(directory, 'bad.csv');
    await writeFile(file, 'email,phone\nok@example.org,\nbad,\ntwo@example.org,\n"open@example.org,\n');
    expect((await run(['users', 'import', file])).err).toMatch(/^Line \d+: this is not CSV/);
    await writeFile(
      file,
      'email,phone\nok@example.org,\nbad,\ntwo@example.org,\nok@example.org,123\nOK@example.org,\n',
    );
    const { code, out, err } = await run(['users', 'import', file]);
    expect({ code, out }).toEqual({ code: 1, out: 'Nothing was imported.\n' });
    expect(err.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^Line 3: email: /),
      'Line 4: somebody uses this address already.',
      expect.stringMatching(/^Line 5: phone: /),
      'Line 6: the same address as line 2.',
    ]);
    expect(await inDatabase((db) => db.getRepository(UserEntity).countBy({ email: 'ok@example.org' }))).toBe(0);
    await writeFile(file, 'email,shoe\n');
    expect((await run(['users', 'import', file])).err).toBe('Line 1: these columns are not known: shoe.\n');
    expect((await run(['users', 'import', join(directory, 'none.csv')])).err).toBe('There is no such file.\n');
  });

  it('import people with the password and the app that they have, and export neither', async () => {
    const hash = await new Argon2Hasher().hash('what ann has always typed');
    const file = join(directory, 'good.csv');
    const lines = [
      'email,displayName,phone,kind,locale,active,emailConfirmed,useTwoFactor,canToggleTwoFactor,roles,groups,passwordHash,totpSecret',
      `ann@example.org,"Ann, of Sales",+31612345678,MEMBER,nl,true,true,true,false,Administrator,,"${hash}",JBSWY3DPEHPK3PXPJBSWY3DP`,
      'eve@example.org,=cmd(),,PORTAL,,no,,,,,,,',
    ];
    await writeFile(file, `\uFEFF${lines.join('\r\n')}\r\n`);
    expect(await run(['users', 'import', file])).toEqual({ code: 0, out: '2 users were imported.\n', err: '' });
    await inDatabase(async (dataSource) => {
      const ann = await dataSource.getRepository(UserEntity).findOneByOrFail({ email: 'ann@example.org' });
      expect(ann).toMatchObject({ displayName: 'Ann, of Sales', locale: 'nl', passwordHash: hash, useTwoFactor: true });
      const factor = await dataSource.getRepository(FactorEntity).findOneByOrFail({ userId: ann.id });
      const ring = resolveKeyRing(loadConfig({ DATA_DIR: process.env.DATA_DIR }, 'embedded'));
      const random = new Random();
      const now = new Date();
      const secret = Buffer.from('48656c6c6f21deadbeef48656c6c6f', 'hex');
      const code = hotpCode(secret, totpStep(now, 30), { algorithm: 'SHA1', digits: 6 });
      const verdict = await new UnitOfWork(dataSource).run((tx) =>
        new TotpService(random, new Sealer(ring, random)).check(tx, factor, code, now),
      );
      expect(verdict.kind).toBe('match');
    });
    const { out } = await words('users export');
    expect(out).not.toMatch(/argon2|JBSWY3DP|passwordHash|totpSecret/);
    expect(out).toContain(
      `ann@example.org,"Ann, of Sales",'+31612345678,MEMBER,nl,true,true,true,false,Administrator,\r\n`,
    );
    expect(out).toContain(`eve@example.org,'=cmd(),,PORTAL,en,false,`);
    expect((await auditKeys()).slice(-4)).toEqual(['user.created', 'user.created', 'users.imported', 'users.exported']);
  });

  it('import what they have exported', async () => {
    const file = join(directory, 'again.csv');
    const { out } = await words('users export');
    await writeFile(file, out.replaceAll('@example.org', '@copy.example.org'));
    expect(await run(['users', 'import', file])).toMatchObject({ code: 0, out: '4 users were imported.\n' });
    const copied = (await words('users export')).out.split('\r\n').filter((line) => line.includes('@copy.'));
    const wanted = out.split('\r\n').filter((line) => line.includes('@example.org'));
    expect(copied.map((line) => line.replace('@copy.', '@')).sort()).toEqual(wanted.sort());
  });

  it("take one person's second factor away, with a reason", async () => {
    expect((await run(['factor', 'reset', 'ann@example.org', '--reason', ' '])).code).toBe(1);
    const reset = await run(['factor', 'reset', 'Ann@example.org', '--reason', 'lost phone, seen in person']);
    expect(reset).toMatchObject({ code: 0, out: 'Took the second factors of ann@example.org away.\n' });
    await inDatabase(async (dataSource) => {
      const ann = await dataSource.getRepository(UserEntity).findOneByOrFail({ email: 'ann@example.org' });
      expect(await dataSource.getRepository(FactorEntity).countBy({ userId: ann.id })).toBe(0);
      const event = await dataSource
        .getRepository(AuditEventEntity)
        .findOneByOrFail({ eventKey: 'factor.reset-by-operator' });
      expect(event).toMatchObject({
        subjectId: ann.id,
        facts: expect.arrayContaining([{ name: 'reason', value: 'lost phone, seen in person' }]),
      });
    });
  });

  it('verify and export the audit, and see what was done to it', async () => {
    const { out: head } = await words('audit export --head');
    const file = join(directory, 'head.jws');
    await writeFile(file, head);
    const { out } = await words('audit export');
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { eventKey: string; position: number | null });
    expect(events.at(-1)).toMatchObject({ eventKey: 'audit.exported' });
    expect(events.every(({ position }) => position !== null)).toBe(true);
    expect(await run(['audit', 'verify', '--head', file])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/still holds.*\n.*intact/),
    });
    await inDatabase((dataSource) =>
      dataSource.query("DELETE FROM audit_events WHERE eventKey = 'factor.reset-by-operator'"),
    );
    const broken = await words('audit verify');
    expect(broken).toMatchObject({ code: 1, out: expect.stringMatching(/^Countersign: BROKEN: .*removed/) });
  });

  it('keep to one organization where there are several', async () => {
    expect((await words('organization create Acme --admin-email boss@acme.example --generate')).code).toBe(0);
    expect((await words('organization create Acme --admin-email b2@acme.example --generate')).err).toBe(
      'This name is taken.\n',
    );
    expect(await words('users export')).toMatchObject({ code: 2, err: expect.stringContaining('--organization') });
    const { out } = await words('users export --organization Acme');
    expect(out.trim().split('\r\n').slice(1)).toEqual([expect.stringMatching(/^boss@acme\.example,/)]);
    expect((await words('users export --organization Nowhere')).code).toBe(1);
  });

  it('read the environment as the service does', async () => {
    process.env.DATABASE_URL = 'mysql://nobody@127.0.0.1:1/none';
    const { code, err } = await words('migrate');
    process.env.DATABASE_URL = '';
    expect({ code, names: ['REDIS_URL', 'SECRET_KEYS', 'PUBLIC_URL'].every((name) => err.includes(name)) }).toEqual({
      code: 1,
      names: true,
    });
    expect((await readFile(join(directory, 'data', 'keys'), 'utf8')).startsWith('k1:')).toBe(true);
  });
});

it('two processes migrate MariaDB at once', async () => {
  const database = await freshDatabase();
  if (database === null) return;
  try {
    const done = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
    expect(done.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await migrate(database.url)).toEqual([]);
  } finally {
    await database.drop();
  }
});
