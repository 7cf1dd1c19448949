import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { Clock, PasswordHasher, Random } from '../platform/crypto/index.js';
import type { Tx } from '../platform/database/index.js';
import { makeRecoveryCodes, parseRecoveryCode } from './recovery-code.js';
import { RecoveryCodeEntity } from './recovery-code.entity.js';

/** A set that was made and hashed, and not written yet: hashing ten codes must not hold a transaction open. */
export interface PreparedCodes {
  codes: string[];
  hashes: { selector: string; codeHash: string }[];
}

@Injectable()
export class RecoveryCodesService {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly hasher: PasswordHasher,
  ) {}

  /** @throws ApiError SERVICE_BUSY when too many hashes wait already */
  async prepare(): Promise<PreparedCodes> {
    const made = makeRecoveryCodes(this.random);
    const hashes = await Promise.all(
      made.map(async ({ selector, secret }) => ({ selector, codeHash: await this.hasher.hash(secret) })),
    );
    return { codes: made.map(({ code }) => code), hashes };
  }

  /** Renews the whole set; the old codes are gone. */
  async replace(tx: Tx, user: { id: string; organizationId: string }, prepared: PreparedCodes): Promise<void> {
    const now = this.clock.now();
    await this.removeAll(tx, user.id);
    const { id: userId, organizationId } = user;
    await tx.manager.insert(
      RecoveryCodeEntity,
      prepared.hashes.map((hash) => ({
        id: this.random.id(now),
        organizationId,
        userId,
        ...hash,
        createdAt: now,
        usedAt: null,
      })),
    );
  }

  async removeAll(tx: Tx, userId: string): Promise<void> {
    await tx.manager.delete(RecoveryCodeEntity, { userId });
  }

  async left(tx: Tx, userId: string): Promise<number> {
    return tx.repository(RecoveryCodeEntity).countBy({ userId, usedAt: IsNull() });
  }

  async leftOf(tx: Tx, userIds: readonly string[]): Promise<Map<string, number>> {
    const left = new Map<string, number>();
    if (userIds.length === 0) return left;
    const rows = await tx.repository(RecoveryCodeEntity).find({
      where: { userId: In([...userIds]), usedAt: IsNull() },
      select: { id: true, userId: true },
    });
    for (const { userId } of rows) left.set(userId, (left.get(userId) ?? 0) + 1);
    return left;
  }

  /** The row that a typed code could be; its hash is still to be checked, outside of any transaction. */
  async candidate(tx: Tx, userId: string, typed: string): Promise<{ row: RecoveryCodeEntity; secret: string } | null> {
    const parsed = parseRecoveryCode(typed);
    if (parsed === null) return null;
    const row = await tx
      .repository(RecoveryCodeEntity)
      .findOneBy({ userId, selector: parsed.selector, usedAt: IsNull() });
    return row === null ? null : { row, secret: parsed.secret };
  }

  /** The same time for a code that cannot be right as for one that might. */
  async matches(candidate: { row: RecoveryCodeEntity; secret: string } | null, typed: string): Promise<boolean> {
    if (candidate === null) {
      await this.hasher.verifyNothing(typed.slice(0, 64));
      return false;
    }
    return this.hasher.verify(candidate.row.codeHash, candidate.secret);
  }

  /** True for exactly one caller. */
  async consume(tx: Tx, id: string): Promise<boolean> {
    const change = { usedAt: this.clock.now() };
    return (await tx.manager.update(RecoveryCodeEntity, { id, usedAt: IsNull() }, change)).affected === 1;
  }
}
