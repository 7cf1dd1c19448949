import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  OptionalInstantColumn,
  OptionalLongTextColumn,
  OptionalRefColumn,
  OptionalTextColumn,
  RefColumn,
  TextColumn,
  WordColumn,
} from '../platform/database/index.js';
import type { DeliveryStatus, Locale, SendableMethod } from '../shared/codes.js';

/** Codes go before everything else, bulk mail after everything else. */
export type MessagePriority = 'CODE' | 'NORMAL' | 'BULK';

/** The outbox: written in the transaction that needs the message sent; the queue carries its id and nothing else. */
@Entity('messages')
@Index('ix_messages_organization', ['organizationId', 'id'])
@Index('ix_messages_due', ['status', 'priority', 'dueAt'])
export class MessageEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @OptionalRefColumn() userId: string | null;
  @WordColumn() channel: SendableMethod;
  @WordColumn() priority: MessagePriority;
  @TextColumn(64) template: string;
  @WordColumn() locale: Locale;
  @TextColumn(254) destination: string;
  /** What the template shows and is no secret: names, times, the issuer. */
  @JsonColumn() facts: Record<string, string>;
  /** The secret half of a link, sealed; gone once the message has left or will never leave. */
  @OptionalLongTextColumn() linkTokenSealed: string | null;
  /** The challenge and the counter whose code is derived when the message is sent. */
  @OptionalRefColumn() challengeId: string | null;
  @CountColumn() challengeCounter: number;
  @WordColumn() status: DeliveryStatus;
  @CountColumn() attempts: number;
  @OptionalTextColumn(300) lastError: string | null;
  @InstantColumn() createdAt: Date;
  /** When it should be tried next; in SENDING, when its worker is presumed dead. */
  @InstantColumn() dueAt: Date;
  /** After this it is worth nothing and is not sent any more. */
  @OptionalInstantColumn() expiresAt: Date | null;
  @OptionalInstantColumn() sentAt: Date | null;
}
