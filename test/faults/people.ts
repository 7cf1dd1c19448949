import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { defaultSettings } from '../../src/settings/default-settings.js';
import { FactorEntity } from '../../src/otp/index.js';
import { factorSecret } from '../../src/otp/places.js';
import { OrganizationEntity } from '../../src/organizations/organization.entity.js';
import { Argon2Hasher, type KeyRing, Random, Sealer } from '../../src/platform/crypto/index.js';
import { RoleEntity } from '../../src/roles/role.entity.js';
import { SettingsEntity } from '../../src/settings/settings.entity.js';
import { newUser, UserEntity } from '../../src/users/index.js';
import { authenticator } from '../support/totp.js';
import { PASSWORD } from '../support/people.js';

export type FactorOf = 'TOTP' | 'EMAIL' | 'SMS';

export interface Person {
  id: string;
  email: string;
  phone: string | null;
  method: FactorOf;
  /** What the authenticator app shows; nothing for whoever has codes sent. */
  code: (at: Date) => string;
}

export interface Crowd {
  dataSource: DataSource;
  keyRing: KeyRing;
  codeSeconds: number;
  smsGatewayUrl: string;
  counts: Record<FactorOf, number>;
}

const NO_CODE = (): string => '000000';

/**
 * An organization whose role `All` demands a second factor, and people who have one, written as rows: to enroll a
 * thousand people by hand is another test's work.
 */
export async function settle({ dataSource, keyRing, codeSeconds, smsGatewayUrl, counts }: Crowd): Promise<Person[]> {
  const random = new Random();
  const sealer = new Sealer(keyRing, random);
  const now = new Date();
  const passwordHash = await new Argon2Hasher().hash(PASSWORD);
  const organizationId = random.id(now);
  const names = { issuer: 'Faults', fromAddress: 'service@example.com' };
  await dataSource.manager.insert(OrganizationEntity, {
    id: organizationId,
    name: 'Faults',
    version: 1,
    createdAt: now,
  });
  await dataSource.manager.insert(SettingsEntity, {
    ...defaultSettings(organizationId, names, now),
    enabled: true,
    firstEnabledAt: now,
    methods: ['TOTP', 'EMAIL', 'SMS'],
    codeSeconds,
    smsGatewayUrl,
  });
  await dataSource.manager.insert(RoleEntity, {
    ...{ id: random.id(now), organizationId, name: 'All', nameKey: 'all', builtIn: 'ALL', permissions: [] },
    ...{ visibility: 'OWN_GROUPS', requireTwoFactor: true, firstRequiredAt: now, graceDays: 0, createdAt: now },
  });

  const people: Person[] = [];
  const users: UserEntity[] = [];
  const factors: FactorEntity[] = [];
  for (const [method, count] of Object.entries(counts) as [FactorOf, number][]) {
    for (let index = 0; index < count; index += 1) {
      const id = random.id(now);
      const email = `${method.toLowerCase()}${String(index)}@example.com`;
      const phone = method === 'SMS' ? `+3161${String(index).padStart(7, '0')}` : null;
      const values = { id, organizationId, email, displayName: email, phone, passwordHash };
      const user = newUser(
        { ...values, kind: 'MEMBER', locale: 'en', useTwoFactor: true, canToggleTwoFactor: false },
        now,
      );
      users.push(
        Object.assign(user, {
          emailConfirmedAt: now,
          phoneConfirmedAt: phone === null ? null : now,
          preferredMethod: method,
        }),
      );
      const secret = randomBytes(20);
      const factorId = random.id(now);
      factors.push(
        Object.assign(new FactorEntity(), {
          ...{ id: factorId, organizationId, userId: id, method, hardwareTokenId: null, algorithm: 'sha1', digits: 6 },
          ...{
            period: 30,
            lastStep: -1,
            destination: phone ?? email,
            confirmedAt: now,
            lastUsedAt: null,
            disabledAt: null,
          },
          secretSealed: method === 'TOTP' ? sealer.seal(secret, factorSecret(factorId)) : null,
        }),
      );
      people.push({ id, email, phone, method, code: method === 'TOTP' ? authenticator(secret) : NO_CODE });
    }
  }
  await insertAll(dataSource, UserEntity, users);
  await insertAll(dataSource, FactorEntity, factors);
  return people;
}

async function insertAll<T extends UserEntity | FactorEntity>(
  dataSource: DataSource,
  entity: new () => T,
  rows: T[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += 200) {
    await dataSource
      .createQueryBuilder()
      .insert()
      .into(entity)
      .values(rows.slice(start, start + 200) as never[])
      .execute();
  }
}
