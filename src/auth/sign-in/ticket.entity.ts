import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  DigestColumn,
  FlagColumn,
  IdColumn,
  InstantColumn,
  OptionalInstantColumn,
  OptionalTextColumn,
  OptionalWordColumn,
  RefColumn,
  WordColumn,
} from '../../platform/database/index.js';
import type { ApplicationKind, SendableMethod } from '../../shared/codes.js';

/** Proof that the password step passed: bound to one user and one sign-in, and holding no password. */
@Entity('tickets')
@Index('ix_tickets_user', ['userId'])
@Index('ix_tickets_expires', ['expiresAt'])
export class TicketEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @RefColumn() userId: string;
  @Index('uq_tickets_hash', { unique: true })
  @DigestColumn()
  tokenHash: string;
  @WordColumn() applicationKind: ApplicationKind;
  @FlagColumn() useCookies: boolean;
  @FlagColumn() rememberMe: boolean;
  @CountColumn() tries: number;
  /** The method of the last code that was sent for it. */
  @OptionalWordColumn() lastSent: SendableMethod | null;
  @OptionalTextColumn(64) ip: string | null;
  @OptionalTextColumn(400) userAgent: string | null;
  @InstantColumn() createdAt: Date;
  @InstantColumn() expiresAt: Date;
  @OptionalInstantColumn() consumedAt: Date | null;
}
