import { Injectable } from '@nestjs/common';
import { Brackets, type FindOptionsWhere, IsNull, LessThanOrEqual, MoreThan } from 'typeorm';
import type { Tx } from '../platform/database/index.js';
import type { DeliveryStatus } from '../shared/codes.js';
import { type Page, type PageRequest, toPage } from '../shared/page.js';
import { MessageEntity } from './message.entity.js';
import { Publisher } from './publisher.js';

const TOO_LATE = 'It expired before it was sent again.';

export interface MessageFilter {
  status?: DeliveryStatus | null;
  /** For somebody who sees only himself and whoever shares one of his groups. */
  visibleTo?: { userId: string; groupIds: readonly string[] } | null;
}

/** A read of a neighbour's table, for this wall alone: a leaf cannot ask roles who is in a group. */
function toMatesOf({ userId, groupIds }: { userId: string; groupIds: readonly string[] }): Brackets {
  return new Brackets((own) => {
    own.where('m.userId = :self', { self: userId });
    if (groupIds.length === 0) return;
    own.orWhere('m.userId IN (SELECT g.userId FROM group_members g WHERE g.groupId IN (:...groupIds))', {
      groupIds: [...groupIds],
    });
  });
}

/** What administrators and operators see of the outbox, and do with it. */
@Injectable()
export class MessagesService {
  constructor(private readonly publisher: Publisher) {}

  /** Newest first; the cursor is the id, which sorts by time. */
  async page(
    tx: Tx,
    organizationId: string,
    { status, visibleTo }: MessageFilter,
    request: PageRequest,
  ): Promise<Page<MessageEntity>> {
    const query = tx
      .repository(MessageEntity)
      .createQueryBuilder('m')
      .where('m.organizationId = :organizationId', { organizationId })
      .orderBy('m.id', 'DESC')
      .limit(request.first + 1);
    if (status) query.andWhere('m.status = :status', { status });
    if (request.after !== null) query.andWhere('m.id < :after', { after: request.after });
    if (visibleTo) query.andWhere(toMatesOf(visibleTo));
    return toPage(await query.getMany(), request, (row) => row.id);
  }

  async find(tx: Tx, organizationId: string, id: string): Promise<MessageEntity | null> {
    return tx.repository(MessageEntity).findOneBy({ organizationId, id });
  }

  /** How one message is travelling; null where there is none, for instance because it was cleaned up. */
  async status(tx: Tx, messageId: string): Promise<DeliveryStatus | null> {
    const row = await tx
      .repository(MessageEntity)
      .findOne({ select: { id: true, status: true }, where: { id: messageId } });
    return row?.status ?? null;
  }

  /**
   * Sends a FAILED message again. The row as it is now: QUEUED if it will be sent, EXPIRED if it is too late, and
   * unchanged where it had not failed. Null where the organization has no such message.
   */
  async retry(tx: Tx, organizationId: string, id: string, now: Date): Promise<MessageEntity | null> {
    const requeued = await this.requeue(tx, { organizationId, id }, now);
    if (requeued === 0) await this.expire(tx, { organizationId, id }, now);
    const row = await this.find(tx, organizationId, id);
    if (row && requeued > 0) tx.afterCommit(() => void this.publisher.publish([row]));
    return row;
  }

  /** The same for all that failed, in one organization or, with null, in all. The sweep of a worker publishes them. */
  async retryAllFailed(tx: Tx, organizationId: string | null, now: Date): Promise<{ queued: number; expired: number }> {
    const where = organizationId === null ? {} : { organizationId };
    const expired = await this.expire(tx, where, now);
    return { queued: await this.requeue(tx, where, now), expired };
  }

  private async requeue(tx: Tx, where: FindOptionsWhere<MessageEntity>, now: Date): Promise<number> {
    const result = await tx.repository(MessageEntity).update(
      [
        { ...where, status: 'FAILED', expiresAt: IsNull() },
        { ...where, status: 'FAILED', expiresAt: MoreThan(now) },
      ],
      { status: 'QUEUED', attempts: 0, dueAt: now, lastError: null },
    );
    return result.affected ?? 0;
  }

  private async expire(tx: Tx, where: FindOptionsWhere<MessageEntity>, now: Date): Promise<number> {
    const result = await tx
      .repository(MessageEntity)
      .update(
        { ...where, status: 'FAILED', expiresAt: LessThanOrEqual(now) },
        { status: 'EXPIRED', linkTokenSealed: null, lastError: TOO_LATE },
      );
    return result.affected ?? 0;
  }
}
