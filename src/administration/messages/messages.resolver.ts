import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Acknowledgement, CurrentActor, type DoneType } from '../../platform/graphql/index.js';
import { MayChange, MayRead } from '../../shared/access.js';
import type { Actor } from '../../shared/actor.js';
import { DeliveryStatus } from '../../shared/codes.js';
import type { Refusal } from '../../shared/outcome.js';
import { pageRequest } from '../../shared/page.js';
import { MessageChanges } from './message-changes.service.js';
import { messageView } from './message-view.js';
import { MessageConnectionType } from './message.types.js';

@Resolver()
export class MessagesResolver {
  constructor(private readonly changes: MessageChanges) {}

  @Query(() => MessageConnectionType, { description: 'Newest first.' })
  @MayRead('MESSAGES_READ')
  async messages(
    @CurrentActor() actor: Actor,
    @Args('status', { type: () => DeliveryStatus, nullable: true }) status: DeliveryStatus | null,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<MessageConnectionType> {
    const page = await this.changes.page(actor, status ?? null, pageRequest(first, after));
    const { nodes, hasNextPage, endCursor } = page;
    return { nodes: nodes.map(messageView), pageInfo: { hasNextPage, endCursor } };
  }

  @Mutation(() => Acknowledgement, { description: 'Sends a FAILED message again.' })
  @MayChange('MESSAGES_READ')
  retryMessage(@CurrentActor() actor: Actor, @Args('id', { type: () => ID }) id: string): Promise<DoneType | Refusal> {
    return this.changes.retry(actor, id);
  }
}
