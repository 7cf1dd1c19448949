import { Injectable } from '@nestjs/common';
import { type MessageEntity, MessagesService } from '../../notification/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import { type DoneType, done } from '../../platform/graphql/index.js';
import type { Actor } from '../../shared/actor.js';
import { notFound } from '../../shared/api-error.js';
import type { DeliveryStatus } from '../../shared/codes.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import type { Page, PageRequest } from '../../shared/page.js';
import { UsersStore } from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { ChangeAudit } from '../users/change-audit.js';

/** The outbox, as administrators see it. */
@Injectable()
export class MessageChanges {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly change: AdminChange,
    private readonly messages: MessagesService,
    private readonly users: UsersStore,
    private readonly audit: ChangeAudit,
  ) {}

  async page(actor: Actor, status: DeliveryStatus | null, request: PageRequest): Promise<Page<MessageEntity>> {
    const visibleTo = actor.visibility === 'ALL' ? null : { userId: actor.userId, groupIds: actor.groupIds };
    return this.unitOfWork.readAside((tx) =>
      this.messages.page(tx, actor.organizationId, { status, visibleTo }, request),
    );
  }

  async retry(actor: Actor, id: string): Promise<DoneType | Refusal> {
    return this.change.run(actor, 'retryMessage', async (tx) => {
      const message = await this.messages.find(tx, actor.organizationId, id);
      if (message === null || !(await this.isVisible(tx, actor, message))) throw notFound('message');
      if (message.status !== 'FAILED') {
        return refuse('INVALID_VALUE', { message: 'Only a message that has failed can be sent again.' });
      }
      const retried = await this.messages.retry(tx, actor.organizationId, id, this.clock.now());
      if (retried?.status !== 'QUEUED') {
        return refuse('INVALID_VALUE', { message: 'This message has expired: what it says is of no use any more.' });
      }
      const { template, channel } = message;
      await this.audit.record(tx, actor, 'message.retried', null, { message: id, template, channel });
      return done('The message is on its way again.');
    });
  }

  private async isVisible(tx: Tx, actor: Actor, { userId }: MessageEntity): Promise<boolean> {
    if (actor.visibility === 'ALL') return true;
    return userId !== null && (await this.users.visible(tx, actor, userId)) !== null;
  }
}
