import { Injectable } from '@nestjs/common';
import { Clock, sha256Hex } from '../../platform/crypto/index.js';
import { instantFrom, instantParam, marks, type Tx } from '../../platform/database/index.js';
import { plusSeconds } from '../session/session.times.js';
import { PasswordThrottleEntity } from './password-throttle.entity.js';
import { throttlesFor, type ThrottleScope, throttleValue } from './password-throttle.policy.js';

export type ThrottleVerdict = { ok: true } | { ok: false; retryAt: Date };

/** Counts a password try before the password is looked at; a right one takes its count back. */
@Injectable()
export class PasswordThrottleStore {
  constructor(private readonly clock: Clock) {}

  /**
   * All counts move in one statement, which holds their rows until the commit: of fifty tries at once each sees the
   * number that it made. A try that is refused takes back what it has counted where it was not refused yet, so that a
   * stranger who is stopped at one address cannot use up the owner's count from there.
   * @param knownAddress whether this person has signed in at this address before
   */
  async count(tx: Tx, email: string, ip: string | null, knownAddress: boolean): Promise<ThrottleVerdict> {
    const now = this.clock.now();
    const scopes = throttlesFor(knownAddress).map((throttle) => ({
      ...throttle,
      key: sha256Hex(throttleValue(throttle.scope, email, ip)),
    }));
    await this.countUp(tx, scopes, now);
    const keys = scopes.map(({ key }) => key);
    const rows = await tx.rows(
      `SELECT throttleKey, tries, windowEndsAt FROM password_throttles WHERE throttleKey IN (${marks(keys)})`,
      keys,
    );
    const standing = new Map(rows.map((row) => [String(row.throttleKey), row]));
    const full = scopes.findIndex(({ key, limit }) => Number(standing.get(key)?.tries) > limit);
    if (full === -1) return { ok: true };
    const back = keys.slice(full);
    await tx.write(`UPDATE password_throttles SET tries = tries - 1 WHERE throttleKey IN (${marks(back)})`, back);
    return { ok: false, retryAt: instantFrom(standing.get(keys[full] ?? '')?.windowEndsAt) };
  }

  /**
   * The right password: it was no guess, and the owner at this address begins afresh.
   * @param knownAddress as it was counted: to take back what was not counted would give strangers a guess more
   */
  async forgive(tx: Tx, email: string, ip: string | null, knownAddress: boolean): Promise<void> {
    const [own, ...shared] = throttlesFor(knownAddress).map(({ scope }) => sha256Hex(throttleValue(scope, email, ip)));
    await tx.write(
      `UPDATE password_throttles SET tries = CASE throttleKey WHEN ? THEN 0 ELSE tries - 1 END
       WHERE throttleKey IN (${marks([own, ...shared])}) AND tries > 0`,
      [own, own, ...shared],
    );
  }

  async clearExpired(tx: Tx): Promise<void> {
    await tx.manager
      .createQueryBuilder()
      .delete()
      .from(PasswordThrottleEntity)
      .where('windowEndsAt <= :now', { now: this.clock.now() })
      .execute();
  }

  private async countUp(tx: Tx, scopes: readonly (ThrottleScope & { key: string })[], now: Date): Promise<void> {
    const conflict = tx.onSqlite ? 'ON CONFLICT (throttleKey) DO UPDATE SET' : 'ON DUPLICATE KEY UPDATE';
    const begun = tx.onSqlite ? 'excluded.windowEndsAt' : 'VALUES(windowEndsAt)';
    const at = instantParam(now);
    // In the order of keys, in which the other statements take these rows too: no two can then lock each other.
    const inOrder = [...scopes].sort((a, b) => (a.key < b.key ? -1 : 1));
    // The end after the count: MySQL takes the assignments one by one, and the count looks at the window that stood.
    await tx.write(
      `INSERT INTO password_throttles (throttleKey, tries, windowEndsAt) VALUES ${inOrder.map(() => '(?, 1, ?)').join(', ')}
       ${conflict} tries = CASE WHEN windowEndsAt > ? THEN tries + 1 ELSE 1 END,
         windowEndsAt = CASE WHEN windowEndsAt > ? THEN windowEndsAt ELSE ${begun} END`,
      [
        ...inOrder.flatMap(({ key, windowSeconds }) => [key, instantParam(plusSeconds(now, windowSeconds))]),
        ...[at, at],
      ],
    );
  }
}
