import { Injectable } from '@nestjs/common';
import { instantFrom, instantParam, type Tx } from '../platform/database/index.js';
import { UserEntity } from './user.entity.js';

/** The numbers of the lock; they are the caller's policy. */
export interface TriesPolicy {
  disableAt: number;
  /** Seconds of lock that begin with this try; 0 for none. */
  lockSeconds: (tries: number) => number;
}

export type CountedTry =
  | { counted: true; tries: number; lockedUntil: Date | null }
  | { counted: false; lockedUntil: Date | null; disabled: boolean };

/**
 * One count for an account, over tickets, methods and doors. A try is counted before it is looked at, by one guarded
 * statement: of fifty guesses at once no more are evaluated than the limit allows, and no rollback gives one back.
 */
@Injectable()
export class FactorTriesStore {
  async count(tx: Tx, userId: string, now: Date, policy: TriesPolicy): Promise<CountedTry> {
    const guard = 'id = ? AND (lockedUntil IS NULL OR lockedUntil <= ?) AND factorTries < ?';
    const tries = await tx.countUp('users', 'factorTries', guard, [userId, instantParam(now), policy.disableAt]);
    if (tries === null) {
      const { lockedUntil, factorTries } = await this.standing(tx, userId);
      return { counted: false, lockedUntil, disabled: factorTries >= policy.disableAt };
    }
    const seconds = policy.lockSeconds(tries);
    if (seconds === 0) return { counted: true, tries, lockedUntil: null };
    const lockedUntil = new Date(now.getTime() + seconds * 1000);
    await tx.manager.update(UserEntity, { id: userId }, { lockedUntil });
    return { counted: true, tries, lockedUntil };
  }

  private async standing(tx: Tx, userId: string): Promise<{ factorTries: number; lockedUntil: Date | null }> {
    const [row] = await tx.rows('SELECT factorTries, lockedUntil FROM users WHERE id = ?', [userId]);
    if (row === undefined) throw new Error('A user is gone.');
    const { factorTries, lockedUntil } = row;
    return { factorTries: Number(factorTries), lockedUntil: lockedUntil === null ? null : instantFrom(lockedUntil) };
  }

  /** After a success of the same account's factor, or by an audited act of an administrator; never otherwise. */
  async clear(tx: Tx, userId: string): Promise<void> {
    await tx.write('UPDATE users SET factorTries = 0, lockedUntil = NULL WHERE id = ?', [userId]);
  }
}
