import { Injectable } from '@nestjs/common';
import { Clock, sha256Hex } from '../../platform/crypto/index.js';
import { instantParam, isDuplicateKey, type Tx } from '../../platform/database/index.js';
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
        await tx.write('DELETE FROM password_throttles WHERE throttleKey = ?', [throttleKey]);
      } else {
        await tx.write('UPDATE password_throttles SET tries = tries - 1 WHERE throttleKey = ? AND tries > 0', [
          throttleKey,
        ]);
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
    const within = await tx.write(
      'UPDATE password_throttles SET tries = tries + 1 WHERE throttleKey = ? AND windowEndsAt > ? AND tries < ?',
      [throttleKey, instantParam(now), limit],
    );
    if (within === 1) return true;
    const [standing] = await tx.rows('SELECT windowEndsAt FROM password_throttles WHERE throttleKey = ?', [
      throttleKey,
    ]);
    const windowEndsAt = new Date(now.getTime() + windowSeconds * 1000);
    if (standing !== undefined) {
      const begun = await tx.write(
        'UPDATE password_throttles SET tries = 1, windowEndsAt = ? WHERE throttleKey = ? AND windowEndsAt <= ?',
        [instantParam(windowEndsAt), throttleKey, instantParam(now)],
      );
      return begun === 1;
    }
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
