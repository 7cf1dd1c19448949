import { Module } from '@nestjs/common';
import { MessagesService } from './messages.service.js';
import { Outbox } from './outbox.js';
import { Publisher } from './publisher.js';

/** For those who have something to say. Sending it is the worker's module. */
@Module({
  providers: [Outbox, MessagesService, Publisher],
  exports: [Outbox, MessagesService],
})
export class NotificationModule {}
