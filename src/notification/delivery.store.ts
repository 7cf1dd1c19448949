import { Injectable } from '@nestjs/common';
import { And, In, IsNull, LessThanOrEqual, Not } from 'typeorm';
import { columnsOf, instantParam, marks, type Tx } from '../platform/database/index.js';
import type { SendableMethod } from '../shared/codes.js';
import { PRIORITIES } from './lane-of.js';
import { MessageEntity, type MessagePriority } from './message.entity.js';
import type { Publishable } from './publisher.js';

const EXPIRED = { status: 'EXPIRED', linkTokenSealed: null } as const;
const NOT_IN_TIME = 'It expired before it could be sent.';
const AT_ONCE = 500;

export type Due = Publishable & Pick<MessageEntity, 'dueAt'>;

/** How a try ended that did not succeed. */
export type Ending =
  { status: 'QUEUED'; dueAt: Date; lastError: string } | { status: 'FAILED' | 'EXPIRED'; lastError: string };

/**
 * The moves of a message. Each is one guarded UPDATE, so of many workers that try it one succeeds; `attempts` is the
 * fencing token that keeps a worker whose lease ran out from undoing what the next one does.
 */
@Injectable()
export class DeliveryStore {
  /**
   * Takes a message that is due, or whose worker is presumed dead. False where it is not to be had: taken by another,
   * not due yet, or done. From then on it is this worker's until the lease runs out.
   */
  async claim(tx: Tx, id: string, now: Date, leaseMs: (priority: MessagePriority) => number): Promise<boolean> {
    const [code, normal, bulk] = PRIORITIES.map((each) => instantParam(new Date(now.getTime() + leaseMs(each))));
    // A first try is due at once, though the clock of whoever wrote the row may be ahead of this one.
    const taken = await tx.write(
      `UPDATE messages SET attempts = attempts + 1, status = 'SENDING',
         dueAt = CASE priority WHEN 'CODE' THEN ? WHEN 'NORMAL' THEN ? ELSE ? END
       WHERE id = ? AND ((status = 'QUEUED' AND (attempts = 0 OR dueAt <= ?)) OR (status = 'SENDING' AND dueAt <= ?))`,
      [code, normal, bulk, id, instantParam(now), instantParam(now)],
    );
    return taken === 1;
  }

  /** Messages as they were just claimed, by id. */
  async claimed(tx: Tx, ids: readonly string[]): Promise<Map<string, MessageEntity>> {
    const message = columnsOf(tx, MessageEntity, 'm');
    const rows = await tx.rows(`SELECT ${message.select} FROM messages m WHERE m.id IN (${marks(ids)})`, ids);
    return new Map(rows.flatMap((row) => message.read(row) ?? []).map((each) => [each.id, each]));
  }

  /** They have left, whoever else may have taken one over meanwhile: that is the truth, and ends all further tries. */
  async sent(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
    // In one order everywhere: two workers that hold the same two messages could lock each other otherwise.
    const inOrder = [...ids].sort();
    await tx.write(
      `UPDATE messages SET status = 'SENT', sentAt = ?, lastError = NULL, linkTokenSealed = NULL
       WHERE id IN (${marks(inOrder)}) AND status IN ('SENDING', 'QUEUED')`,
      [instantParam(now), ...inOrder],
    );
  }

  /** False where the message is no longer this worker's. */
  async ended(tx: Tx, { id, attempts }: Pick<MessageEntity, 'id' | 'attempts'>, ending: Ending): Promise<boolean> {
    const wiped = ending.status === 'EXPIRED' ? EXPIRED : {};
    const result = await tx
      .repository(MessageEntity)
      .update({ id, attempts, status: 'SENDING' }, { ...ending, ...wiped });
    return result.affected === 1;
  }

  /**
   * What the queue should know and may have lost, oldest first: messages whose worker is presumed dead, tries that are
   * due again, and first tries that have waited since before `patienceEnd`.
   */
  async due(tx: Tx, priority: MessagePriority, now: Date, patienceEnd: Date, take: number): Promise<Due[]> {
    const dueAt = LessThanOrEqual(now);
    const find = (status: 'SENDING' | 'QUEUED'): Promise<MessageEntity[]> =>
      tx.repository(MessageEntity).find({
        select: { id: true, priority: true, attempts: true, dueAt: true },
        where: { status, priority, dueAt },
        order: { dueAt: 'ASC' },
        take,
      });
    const abandoned = await find('SENDING');
    // Sorted out here and not by an OR: so each is one range of the index, read in order, however many wait behind it.
    const waiting = (await find('QUEUED')).filter((row) => row.attempts > 0 || row.dueAt <= patienceEnd);
    return [...abandoned, ...waiting];
  }

  /**
   * Expires what was never taken up in time, and forgets the links of what failed and can no longer be sent again.
   * @returns how many expired, by channel
   */
  async expire(tx: Tx, now: Date): Promise<Partial<Record<SendableMethod, number>>> {
    const messages = tx.repository(MessageEntity);
    const over = And(Not(IsNull()), LessThanOrEqual(now));
    const stale = await messages.find({
      select: { id: true, channel: true },
      where: { status: 'QUEUED', expiresAt: over },
      take: AT_ONCE,
    });
    const useless = await messages.find({
      select: { id: true },
      where: { status: 'FAILED', expiresAt: over, linkTokenSealed: Not(IsNull()) },
      take: AT_ONCE,
    });
    // Read first and then written by id: an UPDATE that searches would lock the rows that workers are taking.
    if (useless.length > 0)
      await messages.update({ id: In(idsOf(useless)), status: 'FAILED' }, { linkTokenSealed: null });
    if (stale.length === 0) return {};
    const ids = In(idsOf(stale));
    await messages.update({ id: ids, status: 'QUEUED', lastError: IsNull() }, { lastError: NOT_IN_TIME });
    const expired: Partial<Record<SendableMethod, number>> = {};
    for (const channel of new Set(stale.map((row) => row.channel))) {
      const result = await messages.update({ id: ids, channel, status: 'QUEUED' }, EXPIRED);
      expired[channel] = result.affected ?? 0;
    }
    return expired;
  }
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);
