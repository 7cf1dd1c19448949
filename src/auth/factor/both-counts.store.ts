import { Injectable } from '@nestjs/common';
import { LOCK_EVERY, TICKET_TRIES } from '../../otp/index.js';
import { instantParam, type Tx } from '../../platform/database/index.js';

/** Both moved or neither: the ticket is open and has tries left, and the account is neither locked nor about to be. */
const GUARD = `t.id = ? AND t.consumedAt IS NULL AND t.expiresAt > ? AND t.tries < ?
  AND (u.lockedUntil IS NULL OR u.lockedUntil <= ?) AND u.factorTries < ?`;

/**
 * The count of a ticket and that of its account in one statement, which MySQL and MariaDB have for two tables: it is
 * atomic by itself, and takes one question where a transaction of two takes four. What it cannot count, for whatever
 * reason, is left to that transaction, which finds out why.
 */
@Injectable()
export class BothCountsStore {
  /** @returns failures in a row of the account, this try included; null where nothing was counted */
  count(tx: Tx, ticketId: string, now: Date): Promise<number | null> {
    const at = instantParam(now);
    const tables = 'tickets t JOIN users u ON u.id = t.userId';
    const params = [ticketId, at, TICKET_TRIES, at, LOCK_EVERY - 1];
    return tx.countUp(tables, 'u.factorTries', GUARD, params, 't.tries = t.tries + 1');
  }
}
