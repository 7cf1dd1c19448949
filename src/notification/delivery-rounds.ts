import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/crypto/index.js';
import { gathered, UnitOfWork } from '../platform/database/index.js';
import { DeliveryStore } from './delivery.store.js';
import type { MessageEntity } from './message.entity.js';

/**
 * The steps that deliveries take together. While a hundred thousand mails drain, a dozen are in hand at any moment: what
 * is read and noted down for them is asked of the database once, and flushed once.
 */
@Injectable()
export class DeliveryRounds {
  /** The message as its worker has just claimed it; null where it is gone. */
  readonly claimed: (id: string) => Promise<MessageEntity | null>;
  /** Notes down that it has left. @returns when */
  readonly sent: (id: string) => Promise<Date>;

  constructor(unitOfWork: UnitOfWork, store: DeliveryStore, clock: Clock) {
    this.claimed = gathered(async (ids) => {
      const messages = await unitOfWork.read((tx) => store.claimed(tx, ids));
      return ids.map((id) => messages.get(id) ?? null);
    });
    this.sent = gathered(async (ids) => {
      const now = clock.now();
      await unitOfWork.single((tx) => store.sent(tx, ids, now));
      return ids.map(() => now);
    });
  }
}
