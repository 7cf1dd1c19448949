import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { columnsOf, type Tx } from '../platform/database/index.js';
import type { FactorMethod } from '../shared/codes.js';
import { FactorEntity } from './factor.entity.js';

@Injectable()
export class FactorsStore {
  async of(tx: Tx, userId: string): Promise<FactorEntity[]> {
    const factor = columnsOf(tx, FactorEntity, 'f');
    const rows = await tx.rows(
      `SELECT ${factor.select} FROM factors f WHERE f.userId = ? ORDER BY f.confirmedAt, f.id`,
      [userId],
    );
    return rows.flatMap((row) => factor.read(row) ?? []);
  }

  /** One query for up to five hundred users. */
  async ofUsers(tx: Tx, userIds: readonly string[]): Promise<Map<string, FactorEntity[]>> {
    const all = new Map<string, FactorEntity[]>(userIds.map((id) => [id, []]));
    for (let from = 0; from < userIds.length; from += 500) {
      const ids = userIds.slice(from, from + 500);
      for (const row of await tx.repository(FactorEntity).findBy({ userId: In([...ids]) })) {
        all.get(row.userId)?.push(row);
      }
    }
    return all;
  }

  async find(tx: Tx, userId: string, method: FactorMethod): Promise<FactorEntity | null> {
    return tx.repository(FactorEntity).findOneBy({ userId, method });
  }

  /** The new proof takes the place of an old one of the same method. */
  async put(tx: Tx, factor: FactorEntity): Promise<void> {
    await tx.manager.delete(FactorEntity, { userId: factor.userId, method: factor.method });
    await tx.manager.insert(FactorEntity, factor);
  }

  /** True for exactly one caller. */
  async remove(tx: Tx, id: string): Promise<boolean> {
    return (await tx.manager.delete(FactorEntity, { id })).affected === 1;
  }

  async removeAll(tx: Tx, userId: string): Promise<FactorEntity[]> {
    const standing = await this.of(tx, userId);
    if (standing.length > 0) await tx.manager.delete(FactorEntity, { userId });
    return standing;
  }

  async removeOfHardwareToken(tx: Tx, hardwareTokenId: string): Promise<void> {
    await tx.manager.delete(FactorEntity, { hardwareTokenId });
  }

  async touch(tx: Tx, id: string, now: Date): Promise<void> {
    await tx.manager.update(FactorEntity, { id }, { lastUsedAt: now });
  }

  async disableAll(tx: Tx, userId: string, now: Date): Promise<void> {
    await tx.manager.update(FactorEntity, { userId }, { disabledAt: now });
  }
}
