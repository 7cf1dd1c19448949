import { Injectable } from '@nestjs/common';
import { Clock, sha256Hex } from '../../platform/crypto/index.js';
import { isDuplicateKey, type Tx } from '../../platform/database/index.js';
import { PasswordThrottleEntity } from './password-throttle.entity.js';
import { THROTTLES, throttlesFor, type ThrottleScope, throttleValue } from './password-throttle.policy.js';

export type ThrottleVerdict = { ok: true } | { ok: false; retryAt: Date };

/** Counts a password try before the password is looked at; a right one takes its count back. */
@Injectable()
export class PasswordThrottleStore {
  constructor(private readonly clock: Clock) {}

  /** @param knownAddress whether this person has signed in at this address before */
  async count(tx: Tx, email: string, ip: string | null, knownAddress: boolean): Promise<ThrottleVerdict> {
    const now = this.clock.now();
    for (const throttle of throttlesFor(knownAddress)) {
      const key = sha256Hex(throttleValue(throttle.scope, email, ip));
      if (!(await this.countOne(tx, key, throttle, now))) {
        const row = await tx.repository(PasswordThrottleEntity).findOneBy({ throttleKey: key });
        return { ok: false, retryAt: row?.windowEndsAt ?? new Date(now.getTime() + 1000) };
      }
    }
    return { ok: true };
  }

  /** The right password: it was no guess, and the owner at this address begins afresh. */
  async forgive(tx: Tx, email: string, ip: string | null): Promise<void> {
    for (const { scope } of THROTTLES) {
      const throttleKey = sha256Hex(throttleValue(scope, email, ip));
      if (scope === 'name-at-address') {
        await tx.manager.delete(PasswordThrottleEntity, { throttleKey });
      } else {
        await tx.manager
          .createQueryBuilder()
          .update(PasswordThrottleEntity)
          .set({ tries: () => 'tries - 1' })
          .where('throttleKey = :throttleKey AND tries > 0', { throttleKey })
          .execute();
      }
    }
  }

  async clearExpired(tx: Tx): Promise<void> {
    await tx.manager
      .createQueryBuilder()
      .delete()
      .from(PasswordThrottleEntity)
      .where('windowEndsAt <= :now', { now: this.clock.now() })
      .execute();
  }

  private async countOne(
    tx: Tx,
    throttleKey: string,
    { limit, windowSeconds }: ThrottleScope,
    now: Date,
  ): Promise<boolean> {
    const within = await tx.manager
      .createQueryBuilder()
      .update(PasswordThrottleEntity)
      .set({ tries: () => 'tries + 1' })
      .where('throttleKey = :throttleKey AND windowEndsAt > :now AND tries < :limit', { throttleKey, now, limit })
      .execute();
    if (within.affected === 1) return true;
    const windowEndsAt = new Date(now.getTime() + windowSeconds * 1000);
    const begun = await tx.manager
      .createQueryBuilder()
      .update(PasswordThrottleEntity)
      .set({ tries: 1, windowEndsAt })
      .where('throttleKey = :throttleKey AND windowEndsAt <= :now', { throttleKey, now })
      .execute();
    if (begun.affected === 1) return true;
    if (await tx.repository(PasswordThrottleEntity).existsBy({ throttleKey })) return false;
    try {
      await tx.manager.insert(PasswordThrottleEntity, { throttleKey, tries: 1, windowEndsAt });
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // Somebody began this very window a moment ago: count within theirs.
      return this.countOne(tx, throttleKey, { scope: 'name', limit, windowSeconds }, now);
    }
  }
}
