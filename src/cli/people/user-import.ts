import { In } from 'typeorm';
import { AuditService } from '../../audit/index.js';
import { FactorEntity, TotpService } from '../../otp/index.js';
import { Clock, Random } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import { GroupMemberEntity, RoleMemberEntity } from '../../roles/index.js';
import { newUser, UserEntity } from '../../users/index.js';
import type { Get } from '../context.js';
import type { ImportedUser } from './user-line.js';

const ROWS_AT_ONCE = 200;

/** Writes users who were found sound, with all that belongs to them, in the transaction at hand. */
export class UserImport {
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly totp: TotpService;
  private readonly audit: AuditService;

  constructor(
    get: Get,
    private readonly organizationId: string,
  ) {
    this.clock = get(Clock);
    this.random = get(Random);
    this.totp = get(TotpService);
    this.audit = get(AuditService);
  }

  /** Those of the addresses that somebody has already. */
  async taken(tx: Tx, emails: readonly string[]): Promise<string[]> {
    if (emails.length === 0) return [];
    const rows = await tx
      .repository(UserEntity)
      .find({ where: { email: In([...emails]) }, select: { id: true, email: true } });
    return rows.map(({ email }) => email);
  }

  async write(tx: Tx, imported: readonly ImportedUser[]): Promise<void> {
    const { organizationId } = this;
    const since = this.clock.now();
    const made = imported.map((values) => ({ values, user: this.userOf(values, since) }));
    await this.insert(
      tx,
      UserEntity,
      made.map(({ user }) => user),
    );
    const memberships = made.flatMap(({ values, user }) =>
      values.roleIds.map((roleId) => ({ userId: user.id, roleId, organizationId, since })),
    );
    await this.insert(tx, RoleMemberEntity, memberships);
    const places = made.flatMap(({ values, user }) =>
      values.groupIds.map((groupId) => ({ userId: user.id, groupId, organizationId, since })),
    );
    await this.insert(tx, GroupMemberEntity, places);
    const factors = made.flatMap(({ values, user }) => this.factorOf(user, values.totpSecret, since) ?? []);
    await this.insert(tx, FactorEntity, factors);
    await this.record(tx, made);
  }

  private userOf(values: ImportedUser, now: Date): UserEntity {
    const { roleIds: _roles, groupIds: _groups, totpSecret: _secret, emailConfirmed, active, ...rest } = values;
    const user = newUser({ id: this.random.id(now), organizationId: this.organizationId, ...rest }, now);
    return Object.assign(user, { active, emailConfirmedAt: emailConfirmed ? now : null });
  }

  /** The person has proven this secret to the product that it comes from. */
  private factorOf({ id: userId, organizationId }: UserEntity, secret: Buffer | null, now: Date): FactorEntity | null {
    if (secret === null) return null;
    const id = this.random.id(now);
    return {
      id,
      organizationId,
      userId,
      method: 'TOTP',
      secretSealed: this.totp.sealImported(secret, id),
      hardwareTokenId: null,
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
      lastStep: -1,
      destination: null,
      confirmedAt: now,
      lastUsedAt: null,
      disabledAt: null,
    };
  }

  private async record(tx: Tx, made: readonly { values: ImportedUser; user: UserEntity }[]): Promise<void> {
    const { organizationId } = this;
    const created = made.map(({ values, user }) => ({
      organizationId,
      key: 'user.created' as const,
      subject: { id: user.id, email: user.email },
      facts: {
        by: 'import',
        kind: user.kind,
        roles: values.roleIds.length,
        groups: values.groupIds.length,
        passwordTakenOver: values.passwordHash !== null,
        appTakenOver: values.totpSecret !== null,
      },
    }));
    await this.audit.recordMany(tx, [
      ...created,
      { organizationId, key: 'users.imported', facts: { users: made.length } },
    ]);
  }

  private async insert(tx: Tx, entity: new () => object, rows: readonly object[]): Promise<void> {
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      await tx.manager.insert(entity, rows.slice(from, from + ROWS_AT_ONCE));
    }
  }
}
