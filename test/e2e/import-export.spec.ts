import { pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hash as argon2 } from '@node-rs/argon2';
import bcrypt from 'bcryptjs';
import { Argon2Hasher } from '../../src/platform/crypto/index.js';
import type { Command } from '../../src/cli/command.js';
import * as op from '../support/operations.js';
import {
  auditOf,
  createGroup,
  createRole,
  createUser,
  enrollSignedIn,
  login,
  newAddress,
  organization,
  type Organization,
  outcomeOf,
  PASSWORD,
  signedIn,
} from '../support/people.js';
import { authenticator } from '../support/totp.js';
import { ENGINES, startWorld, type World } from '../support/world.js';

let world: World;
// The commands work in the application that stands, instead of one of their own beside it.
jest.unstable_mockModule('../../src/cli/context.js', () => ({
  withFeatures: (work: (get: (provider: never) => unknown, config: unknown) => unknown) =>
    work((provider) => world.app.get(provider, { strict: false }), world.config),
}));
const { usersImportCommand } = await import('../../src/cli/commands/users-import.js');
const { usersExportCommand } = await import('../../src/cli/commands/users-export.js');

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const bare = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
const salt = randomBytes(16);
const ARGON2I = { algorithm: 1, memoryCost: 8192, timeCost: 3 } as const;

/** As other products keep them. */
const HASHES: [string, () => Promise<string> | string][] = [
  ['argon2id of other parameters', () => argon2(PASSWORD, { memoryCost: 8192, timeCost: 3, parallelism: 2 })],
  ['argon2i', () => argon2(PASSWORD, ARGON2I)],
  ['bcrypt $2b$', () => bcrypt.hash(PASSWORD, 5)],
  ['bcrypt $2y$', async () => (await bcrypt.hash(PASSWORD, 5)).replace(/^\$2b/, '$2y')],
  ['scrypt', () => `$scrypt$ln=12,r=8,p=1$${bare(salt)}$${bare(scryptSync(PASSWORD, salt, 32, { N: 4096 }))}`],
  [
    'PBKDF2 with SHA-256',
    () => `$pbkdf2-sha256$i=20000$${bare(salt)}$${bare(pbkdf2Sync(PASSWORD, salt, 20_000, 32, 'sha256'))}`,
  ],
  [
    'PBKDF2 with SHA-512',
    () => `$pbkdf2-sha512$i=20000$${bare(salt)}$${bare(pbkdf2Sync(PASSWORD, salt, 20_000, 64, 'sha512'))}`,
  ],
];

describe.each(ENGINES)('users from and to a file, on %s', (engine) => {
  let house: Organization;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'countersign-import-'));
    world = await startWorld(engine, { hasher: new Argon2Hasher() });
    house = await organization(world);
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await world.stop();
  });

  async function run(command: Command, positionals: string[], to: Organization = house) {
    let [out, err] = ['', ''];
    const io = {
      out: async (text: string) => void (out += text),
      err: (text: string) => void (err += text),
      secret: async () => '',
    };
    const options = { organization: `House of ${to.email}` };
    const well = await command.run({ options, positionals, io });
    return { well, out, err };
  }
  const importCsv = async (rows: string[][], to?: Organization) => {
    const path = join(directory, `${randomBytes(6).toString('hex')}.csv`);
    writeFileSync(
      path,
      `${rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n')}\n`,
    );
    return run(usersImportCommand, [path], to);
  };
  const hashOf = async (email: string): Promise<string> => {
    const rows = await world.dataSource.query<{ passwordHash: string }[]>(
      `SELECT passwordHash FROM users WHERE email = '${email}'`,
    );
    return rows[0]?.passwordHash ?? '';
  };

  it.each(HASHES)('a password hashed as %s is taken over, and hashed anew at the next sign-in', async (_name, make) => {
    const email = newAddress('import');
    const passwordHash = await make();
    expect(
      await importCsv([
        ['email', 'passwordHash'],
        [email, passwordHash],
      ]),
    ).toMatchObject({ well: true });
    expect(outcomeOf(await login(world.client(), email, 'not the right password'))).toBe('INVALID_CREDENTIALS');
    expect(await hashOf(email)).toBe(passwordHash);
    expect((await login(world.client(), email)).__typename).toBe('SignedIn');
    const renewed = await hashOf(email);
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await login(world.client(), email)).__typename).toBe('SignedIn');
    expect(await hashOf(email)).toBe(renewed);
    const { id } = (await house.admin.ask(op.USERS, { filter: { search: email } })).nodes[0];
    expect(await auditOf(house.admin, { key: 'sign-in.password-rehashed', subjectId: id })).toHaveLength(1);
  });

  it('an app is taken over, and nobody scans again', async () => {
    const email = newAddress('import');
    const passwordHash = await bcrypt.hash(PASSWORD, 4);
    await importCsv([
      ['email', 'displayName', 'passwordHash', 'totpSecret', 'useTwoFactor'],
      [email, 'Old Hand', passwordHash, SEED, 'true'],
    ]);
    const app = authenticator(SEED);
    const client = world.client();
    const asked = await login(client, email);
    expect(asked).toMatchObject({ __typename: 'SecondFactorRequired', preferred: 'TOTP' });
    const input = { ticket: asked.ticket, method: 'TOTP', code: app(world.clock.now()) };
    expect((await client.ask(op.VERIFY, { input })).amr).toEqual(['pwd', 'otp']);
    const { ticket } = await login(client, email);
    expect(outcomeOf(await client.ask(op.VERIFY, { input: { ...input, ticket } }))).toBe('OTP_INVALID');
    const rows = await world.dataSource.query<{ secretSealed: string }[]>('SELECT secretSealed FROM factors');
    expect(JSON.stringify(rows)).not.toContain(SEED);
  });

  it('brings roles, groups, flags, languages and confirmed addresses along', async () => {
    const to = await organization(world);
    await createRole(to.admin, { name: 'Sales; North' });
    await createGroup(to.admin, [], 'Office');
    const email = newAddress('import');
    const done = await importCsv(
      [
        [
          'email',
          'displayName',
          'phone',
          'kind',
          'locale',
          'active',
          'emailConfirmed',
          'canToggleTwoFactor',
          'roles',
          'groups',
        ],
        [email.toUpperCase(), 'Ann', '+31612345678', 'portal', 'nl', 'no', 'yes', '1', 'sales\\; north', 'Office'],
      ],
      to,
    );
    expect(done).toEqual({ well: true, out: '1 users were imported.\n', err: '' });
    const { nodes } = await to.admin.ask(op.USERS, { filter: { search: email } });
    expect(nodes).toMatchObject([
      { email, displayName: 'Ann', phone: '+31612345678', kind: 'PORTAL', active: false, emailConfirmed: true },
    ]);
    expect(nodes[0].twoFactor).toMatchObject({ use: false, canToggle: true });
    expect(nodes[0].roles.map(({ name }: { name: string }) => name)).toContain('Sales; North');
    expect(nodes[0].groups).toMatchObject([{ name: 'Office' }]);
    expect((await auditOf(to.admin, { key: 'users.imported' }))[0]?.facts).toEqual({ users: '1' });
  });

  it('nothing is imported unless every line is sound, and no problem repeats a secret', async () => {
    const taken = await createUser(house.admin);
    const [good, twice] = [newAddress('import'), newAddress('import')];
    const weird = '$2b$31$abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz';
    const result = await importCsv([
      ['email', 'passwordHash', 'totpSecret', 'kind', 'roles'],
      [good, '', '', '', ''],
      ['no address', '', '', '', ''],
      [newAddress('import'), weird, '', '', ''],
      [newAddress('import'), 'plain text password', '', '', ''],
      [newAddress('import'), '', 'SHORT123', '', ''],
      [newAddress('import'), '', '', 'ROBOT', 'Nobody knows'],
      [twice, '', '', '', ''],
      [twice, '', '', '', ''],
      [taken.email, '', '', '', ''],
      [newAddress('import'), '', '', 'PORTAL', 'Administrator'],
    ]);
    expect(result).toMatchObject({ well: false, out: 'Nothing was imported.\n' });
    for (const line of [3, 4, 5, 6, 7, 9, 10, 11])
      expect(result.err).toMatch(new RegExp(`^Line ${String(line)}: `, 'm'));
    expect(result.err).not.toMatch(/^Line (2|8): /m);
    for (const secret of [weird, 'plain text password', 'SHORT123']) expect(result.err).not.toContain(secret);
    expect((await house.admin.ask(op.USERS, { filter: { search: good } })).totalCount).toBe(0);
  });

  it.each([
    ['an unknown column', 'email,secret\na@example.com,x\n'],
    ['no column email', 'displayName\nAnn\n'],
    ['a column twice', 'email,email\na@example.com,b@example.com\n'],
    ['lines of another length', 'email,displayName\na@example.com\n'],
    ['an open quote', 'email\n"a@example.com\n'],
  ])('a file with %s is refused whole', async (_name, text) => {
    const path = join(directory, `${randomBytes(6).toString('hex')}.csv`);
    writeFileSync(path, text);
    await expect(run(usersImportCommand, [path])).rejects.toThrow(/^Line \d|^Line 1/);
  });

  it('what was exported comes in again as it was, without secrets, and runs in no spreadsheet', async () => {
    const [from, to] = [await organization(world), await organization(world)];
    for (const { admin } of [from, to]) {
      const role = await createRole(admin, { name: 'Sales' });
      await createGroup(admin, [role.id], 'Office; "main"');
    }
    const [{ id: roleId }] = (await from.admin.ask(op.ROLES)).filter(({ name }: { name: string }) => name === 'Sales');
    const [{ id: groupId }] = await from.admin.ask(op.GROUPS);
    const user = await createUser(from.admin, {
      displayName: '=HYPERLINK("x")',
      phone: '+31612345678',
      locale: 'fr',
      roleIds: [roleId],
      groupIds: [groupId],
      useTwoFactor: false,
    });
    const { secret, recoveryCodes } = await enrollSignedIn(world, await signedIn(world, user.email));
    const { out } = await run(usersExportCommand, [], from);
    const hash = await hashOf(user.email);
    for (const hidden of [secret, hash, hash.split('$').at(-1)!, recoveryCodes[0]!]) expect(out).not.toContain(hidden);
    expect(out).toContain(`"'=HYPERLINK(""x"")"`);
    expect(
      out
        .split('\n')
        .slice(1)
        .every((line) => !/(^|,)"?[=+\-@]/.test(line)),
    ).toBe(true);

    const path = join(directory, 'exported.csv');
    const administrators = new RegExp(`^"?${from.email}.*\\r?\\n`, 'm');
    writeFileSync(path, out.replace(administrators, '').replaceAll('@example.com', '@moved.example'));
    expect(await run(usersImportCommand, [path], to)).toMatchObject({ well: true });
    const { nodes } = await to.admin.ask(op.USERS, { filter: { search: '@moved.example' } });
    expect(nodes).toMatchObject([
      { displayName: '=HYPERLINK("x")', phone: '+31612345678', groups: [{ name: 'Office; "main"' }] },
    ]);
    expect(nodes[0].roles.map(({ name }: { name: string }) => name)).toEqual(['All', 'Sales']);
    expect(await auditOf(from.admin, { key: 'users.exported' })).toHaveLength(1);
  });
});
