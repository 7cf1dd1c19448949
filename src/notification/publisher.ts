import { Injectable, Logger } from '@nestjs/common';
import { errorName, JobQueue } from '../platform/queue/index.js';
import { LANE_OF_PRIORITY } from './lane-of.js';
import type { MessageEntity } from './message.entity.js';

export type Publishable = Pick<MessageEntity, 'id' | 'priority'>;

const AT_ONCE = 100;

/** Tells the queue about rows that are committed. A queue that is down costs seconds, never a message. */
@Injectable()
export class Publisher {
  private readonly logger = new Logger('Outbox');

  constructor(private readonly queue: JobQueue) {}

  /**
   * Publishes in the order given, and stops at the first failure. Never rejects, so that callers need not wait: a
   * Redis that hangs must not delay the sign-in that wrote the message.
   */
  async publish(messages: readonly Publishable[]): Promise<void> {
    for (let start = 0; start < messages.length; start += AT_ONCE) {
      const chunk = messages.slice(start, start + AT_ONCE);
      try {
        await Promise.all(chunk.map(({ id, priority }) => this.queue.publish(LANE_OF_PRIORITY[priority], id)));
      } catch (error) {
        const count = messages.length - start;
        this.logger.warn(
          `${String(count)} message(s) wait for the sweep, the queue did not answer: ${errorName(error)}`,
        );
        return;
      }
    }
  }
}
