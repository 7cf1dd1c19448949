import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { sha256Hex } from '../platform/crypto/index.js';
import type { Tx } from '../platform/database/index.js';
import { EnrollmentEntity } from './enrollment.entity.js';

@Injectable()
export class EnrollmentsStore {
  async insert(tx: Tx, enrollment: EnrollmentEntity): Promise<void> {
    await tx.manager.insert(EnrollmentEntity, enrollment);
  }

  async open(tx: Tx, id: string, now: Date): Promise<EnrollmentEntity | null> {
    return tx.repository(EnrollmentEntity).findOneBy({ id, endedAt: IsNull(), expiresAt: MoreThan(now) });
  }

  /** A new beginning by the same door ends the one before it. */
  async endOthers(tx: Tx, door: { ticketId: string } | { sessionId: string }, now: Date): Promise<void> {
    await tx.manager.update(EnrollmentEntity, { ...door, endedAt: IsNull() }, { endedAt: now });
  }

  async endAllOf(tx: Tx, userId: string, now: Date): Promise<void> {
    await tx.manager.update(EnrollmentEntity, { userId, endedAt: IsNull() }, { endedAt: now });
  }

  /** True for exactly one caller. */
  async end(tx: Tx, id: string, now: Date): Promise<boolean> {
    const guard = { id, endedAt: IsNull(), expiresAt: MoreThan(now) };
    return (await tx.manager.update(EnrollmentEntity, guard, { endedAt: now })).affected === 1;
  }

  /** Counted before the code is looked at; false where the tries are used up or it has ended. */
  async countTry(tx: Tx, id: string, limit: number, now: Date): Promise<boolean> {
    const { affected } = await tx.manager
      .createQueryBuilder()
      .update(EnrollmentEntity)
      .set({ tries: () => 'tries + 1' })
      .where('id = :id AND endedAt IS NULL AND expiresAt > :now AND tries < :limit', { id, now, limit })
      .execute();
    return affected === 1;
  }

  async byLink(tx: Tx, token: string): Promise<EnrollmentEntity | null> {
    return tx.repository(EnrollmentEntity).findOneBy({ linkHash: sha256Hex(token) });
  }

  /** The link shows its secret once: true for exactly one caller, and bound to that caller's ticket from then on. */
  async openLink(tx: Tx, id: string, ticketId: string, expiresAt: Date, now: Date): Promise<boolean> {
    const guard = { id, endedAt: IsNull(), linkOpenedAt: IsNull(), linkExpiresAt: MoreThan(now) };
    const change = { linkOpenedAt: now, ticketId, expiresAt };
    return (await tx.manager.update(EnrollmentEntity, guard, change)).affected === 1;
  }
}
