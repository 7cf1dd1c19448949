import { Injectable } from '@nestjs/common';
import { sha256Hex } from '../platform/crypto/index.js';
import { isDuplicateKey, type Tx } from '../platform/database/index.js';
import { maySend } from './sends.policy.js';
import { SendWindowEntity } from './send-window.entity.js';

export type SendPermit = { ok: true; resendAt: Date } | { ok: false; retryAt: Date };

const DAY_MS = 24 * 3600 * 1000;
const COOL_DOWN_MS = 30_000;

/** Neither addresses nor numbers are kept here, only digests of them. */
export const windowOfUser = (userId: string): string => `user:${userId}`;
export const windowOfDestination = (destination: string): string => `to:${sha256Hex(destination)}`;

/** How often codes may be sent. Written under the version that was read, so that of two at once one is refused. */
@Injectable()
export class SendWindowsStore {
  /** Until when `take` would be refused, or null where it would not. Takes nothing. */
  async fullUntil(tx: Tx, keys: readonly string[], now: Date): Promise<Date | null> {
    for (const key of keys) {
      const row = await tx.repository(SendWindowEntity).findOneBy({ windowKey: key });
      const verdict = maySend(row?.stamps ?? [], now.getTime());
      if (!verdict.ok) return new Date(verdict.retryAt);
    }
    return null;
  }

  /** All windows must have room; where one has none, nothing is taken from the others. */
  async take(tx: Tx, keys: readonly string[], now: Date): Promise<SendPermit> {
    const taken: { row: SendWindowEntity | null; key: string; stamps: number[] }[] = [];
    let resendAt = 0;
    for (const key of keys) {
      const row = await tx.repository(SendWindowEntity).findOneBy({ windowKey: key });
      const verdict = maySend(row?.stamps ?? [], now.getTime());
      if (!verdict.ok) return { ok: false, retryAt: new Date(verdict.retryAt) };
      taken.push({ row, key, stamps: verdict.stamps });
      resendAt = Math.max(resendAt, verdict.resendAt);
    }
    for (const { row, key, stamps } of taken) {
      if (!(await this.write(tx, row, key, stamps, now))) {
        return { ok: false, retryAt: new Date(now.getTime() + COOL_DOWN_MS) };
      }
    }
    return { ok: true, resendAt: new Date(resendAt) };
  }

  /**
   * A daily cap (UTC): `version` alone is the count. Everybody who texts meets in this row, so it is one guarded
   * statement, and nobody is refused for having come at the same moment as another.
   */
  async takeDaily(tx: Tx, key: string, cap: number, now: Date): Promise<SendPermit> {
    const day = Math.floor(now.getTime() / DAY_MS);
    const windowKey = `day:${String(day)}:${key}`;
    const taken = { ok: true, resendAt: now } as const;
    if (await this.countDaily(tx, windowKey, cap, now)) return taken;
    const begun = await tx.repository(SendWindowEntity).existsBy({ windowKey });
    if (!begun && cap > 0 && (await this.write(tx, null, windowKey, [], now))) return taken;
    // Another request began the day between the two looks.
    if (!begun && (await this.countDaily(tx, windowKey, cap, now))) return taken;
    return { ok: false, retryAt: new Date((day + 1) * DAY_MS) };
  }

  private async countDaily(tx: Tx, windowKey: string, cap: number, now: Date): Promise<boolean> {
    const { affected } = await tx.manager
      .createQueryBuilder()
      .update(SendWindowEntity)
      .set({ version: () => 'version + 1', updatedAt: now })
      .where('windowKey = :windowKey AND version < :cap', { windowKey, cap })
      .execute();
    return affected === 1;
  }

  private async write(
    tx: Tx,
    row: SendWindowEntity | null,
    windowKey: string,
    stamps: number[],
    now: Date,
  ): Promise<boolean> {
    if (row !== null) {
      const { affected } = await tx.manager.update(
        SendWindowEntity,
        { windowKey, version: row.version },
        { stamps, version: row.version + 1, updatedAt: now },
      );
      return affected === 1;
    }
    try {
      await tx.manager.insert(SendWindowEntity, { windowKey, stamps, version: 1, updatedAt: now });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}
