import { Injectable } from '@nestjs/common';
import { Clock, Random, Sealer } from '../platform/crypto/index.js';
import type { Tx } from '../platform/database/index.js';
import { isDeliverableTo } from './destination.js';
import { linkTokenPlace } from './link-token.js';
import { MessageEntity } from './message.entity.js';
import type { OutgoingMessage } from './notification.types.js';
import { Publisher } from './publisher.js';
import { canBeTexted } from './templates/index.js';

/** Rows in one INSERT; SQLite takes 32766 parameters, and a row has 19. */
const CHUNK = 200;

/** Writes messages in the caller's transaction: a change and the mail about it happen both or neither. */
@Injectable()
export class Outbox {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly sealer: Sealer,
    private readonly publisher: Publisher,
  ) {}

  /** The row, QUEUED. Its id is published after the commit. */
  async write(tx: Tx, message: OutgoingMessage): Promise<MessageEntity> {
    const row = this.row(message);
    await tx.repository(MessageEntity).insert(row);
    this.publishAfterCommit(tx, [row]);
    return row;
  }

  /** As `write`, for many at once. */
  async writeMany(tx: Tx, messages: readonly OutgoingMessage[]): Promise<MessageEntity[]> {
    const rows = messages.map((message) => this.row(message));
    for (let start = 0; start < rows.length; start += CHUNK) {
      await tx.repository(MessageEntity).insert(rows.slice(start, start + CHUNK));
    }
    this.publishAfterCommit(tx, rows);
    return rows;
  }

  /** Not awaited: the answer to the person does not depend on the queue. */
  private publishAfterCommit(tx: Tx, rows: MessageEntity[]): void {
    const published = rows.map(({ id, priority }) => ({ id, priority }));
    tx.afterCommit(() => void this.publisher.publish(published));
  }

  /** @throws Error for what no caller should ask: a form that does not exist, or an address that is none */
  private row(message: OutgoingMessage): MessageEntity {
    if (message.channel === 'SMS' && !canBeTexted(message.template)) {
      throw new Error(`The template ${message.template} has no form for texts.`);
    }
    if (!isDeliverableTo(message.channel, message.destination)) {
      throw new Error(`A message of the template ${message.template} has no usable destination.`);
    }
    const now = this.clock.now();
    const id = this.random.id(now);
    return Object.assign(new MessageEntity(), {
      id,
      organizationId: message.organizationId,
      userId: message.userId,
      channel: message.channel,
      priority: message.priority,
      template: message.template,
      locale: message.locale,
      destination: message.destination,
      facts: message.facts,
      linkTokenSealed: message.linkToken === undefined ? null : this.sealer.seal(message.linkToken, linkTokenPlace(id)),
      challengeId: message.code?.challengeId ?? null,
      challengeCounter: message.code?.counter ?? 0,
      status: 'QUEUED',
      attempts: 0,
      lastError: null,
      createdAt: now,
      dueAt: now,
      expiresAt: message.expiresAt ?? null,
      sentAt: null,
    } satisfies MessageEntity);
  }
}
