import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { keyUse } from '../../src/cli/rotation/key-use.js';
import { type ColumnRotation, Rotation } from '../../src/cli/rotation/rotation.js';
import { SEALED_COLUMNS } from '../../src/cli/rotation/sealed-columns.js';
import { ENTITIES } from '../../src/entities.js';
import { HardwareTokenEntity } from '../../src/otp/index.js';
import { KeyRing, Random, Sealer, SystemClock } from '../../src/platform/crypto/index.js';
import { dataSourceOptions, UnitOfWork } from '../../src/platform/database/index.js';
import { SettingsEntity, SettingsService } from '../../src/settings/index.js';
import { freshDatabase } from '../support/servers.js';

const random = new Random();
const clock = new SystemClock();
const [first, second] = [1, 2].map((n) => KeyRing.generate().replace('k1:', `k_${n}:`));
const before = new Sealer(KeyRing.parse(first!), random);
const ring = KeyRing.parse(`${second!},${first!}`);
const after = new Sealer(ring, random);
/** As it is once the old key has been thrown away. */
const newOnly = new Sealer(KeyRing.parse(second!), random);

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function open(engine: 'SQLite' | 'MariaDB'): Promise<DataSource | null> {
  let databaseUrl: string;
  if (engine === 'SQLite') {
    const directory = await mkdtemp(join(tmpdir(), 'countersign-rotation-'));
    cleanups.push(() => rm(directory, { recursive: true }));
    databaseUrl = `sqlite:${join(directory, 'rotation.sqlite')}`;
  } else {
    const database = await freshDatabase();
    if (database === null) return null;
    cleanups.push(() => database.drop());
    databaseUrl = database.url;
  }
  const dataSource = await new DataSource(dataSourceOptions({ databaseUrl }, ENTITIES)).initialize();
  cleanups.unshift(() => dataSource.destroy());
  await dataSource.runMigrations();
  return dataSource;
}

const seedPlace = (row: string) => ({ table: 'hardware_tokens', row, column: 'seedSealed' });

function token(index: number, sealer: Sealer): HardwareTokenEntity {
  const id = random.id(clock.now());
  return Object.assign(new HardwareTokenEntity(), {
    id,
    organizationId: 'o',
    serial: `T${index}`,
    seedSealed: sealer.seal(`seed ${index}`, seedPlace(id)),
    algorithm: 'SHA1',
    digits: 6,
    period: 30,
    lastStep: -1,
    state: 'FREE',
    userId: null,
    createdAt: clock.now(),
  });
}

describe('the list of sealed columns', () => {
  it('holds every column of that name, and the parameters of the gateway', async () => {
    const dataSource = (await open('SQLite'))!;
    const sealed = dataSource.entityMetadatas.flatMap(({ tableName, columns }) =>
      columns
        .filter(({ propertyName }) => propertyName.endsWith('Sealed'))
        .map(({ propertyName }) => `${tableName}.${propertyName}`),
    );
    const listed = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
    expect(listed.sort()).toEqual([...sealed, 'settings.smsParameters'].sort());
  });
});

describe.each(['SQLite', 'MariaDB'] as const)('a rotation of keys on %s', (engine) => {
  it('seals everything anew, and whoever has the new key alone can open it', async () => {
    const dataSource = await open(engine);
    if (dataSource === null) return;
    const unitOfWork = new UnitOfWork(dataSource);
    const tokens = Array.from({ length: 450 }, (_, index) => token(index, index % 3 === 0 ? after : before));
    await dataSource.getRepository(HardwareTokenEntity).insert(tokens);
    await unitOfWork.run(async (tx) => {
      const settings = new SettingsService(clock, before);
      await settings.createDefaults(tx, 'o', { issuer: 'O', fromAddress: 'o@example.org' });
      const row = await settings.of(tx, 'o');
      const parameters = [
        { name: 'user', value: 'plain', secret: false },
        { name: 'key', value: 'hidden 1', secret: true },
        { name: 'auth', value: 'hidden 2', header: true, secret: true },
      ];
      expect(settings.apply(row, { email: { smtpUrl: 'smtps://u:p@mail.example' }, sms: { parameters } })).toBeNull();
      await settings.save(tx, row);
    });

    const rotation = new Rotation(unitOfWork, after, ring);
    const run = async (): Promise<ColumnRotation[]> => {
      const results: ColumnRotation[] = [];
      for (const column of SEALED_COLUMNS) results.push(await rotation.column(column, () => undefined));
      return results;
    };
    const sum = (results: ColumnRotation[], what: keyof ColumnRotation) =>
      results.reduce((all, each) => all + each[what], 0);
    const done = await run();
    expect(sum(done, 'resealed')).toBe(300 + 2);
    expect(sum(done, 'unreadable') + sum(done, 'overtaken')).toBe(0);

    for (const { id, serial, seedSealed } of await dataSource.getRepository(HardwareTokenEntity).find()) {
      expect(newOnly.openText(seedSealed, seedPlace(id))).toBe(`seed ${serial.slice(1)}`);
    }
    const settings = new SettingsService(clock, newOnly);
    const row = await dataSource.getRepository(SettingsEntity).findOneByOrFail({ organizationId: 'o' });
    expect(settings.smtpUrl(row)).toBe('smtps://u:p@mail.example');
    expect(settings.openSmsParameters(row).map(({ value }) => value)).toEqual(['plain', 'hidden 1', 'hidden 2']);

    const again = await run();
    expect(sum(again, 'resealed')).toBe(0);
    const uses = await keyUse((work) => unitOfWork.read(work));
    expect([...uses]).toEqual([['k_2', { sealed: 453, audit: 0 }]]);
  });

  it('leaves what somebody changes meanwhile, and tells of what it cannot open', async () => {
    const dataSource = await open(engine);
    if (dataSource === null) return;
    const unitOfWork = new UnitOfWork(dataSource);
    const [changing, moved, plain] = [0, 1, 2].map((index) => token(index, before));
    // Sealed for another row, as somebody would who exchanges two seeds in the table.
    moved!.seedSealed = plain!.seedSealed;
    await dataSource.getRepository(HardwareTokenEntity).insert([changing!, moved!, plain!]);
    const fresh = after.seal('changed', seedPlace(changing!.id));
    // Between the reading of the batch and its writing, another process writes.
    const run = unitOfWork.run.bind(unitOfWork);
    unitOfWork.run = async (work) => {
      unitOfWork.run = run;
      await run((tx) => tx.manager.update(HardwareTokenEntity, { id: changing!.id }, { seedSealed: fresh }));
      return run(work);
    };
    const column = SEALED_COLUMNS.find(({ table }) => table === 'hardware_tokens')!;
    const result = await new Rotation(unitOfWork, after, ring).column(column, () => undefined);
    expect(result).toEqual({ resealed: 1, overtaken: 1, unreadable: 1 });
    const rows = await dataSource.getRepository(HardwareTokenEntity).find({ order: { serial: 'ASC' } });
    expect(rows[0]?.seedSealed).toBe(fresh);
    expect(rows[1]?.seedSealed).toBe(moved!.seedSealed);
    expect(newOnly.openText(rows[2]!.seedSealed, seedPlace(plain!.id))).toBe('seed 2');
  });
});
