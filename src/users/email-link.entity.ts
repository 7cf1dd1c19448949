import { Entity, Index } from 'typeorm';
import {
  DigestColumn,
  IdColumn,
  InstantColumn,
  OptionalInstantColumn,
  RefColumn,
  TextColumn,
} from '../platform/database/index.js';

/** A mailed link that confirms one address of one user, and may set the first password. */
@Entity('email_links')
@Index('ix_email_links_user', ['userId'])
export class EmailLinkEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @RefColumn() userId: string;
  /** The address it was sent to; worth nothing once the user has another one. */
  @TextColumn(254) email: string;
  @Index('uq_email_links_hash', { unique: true })
  @DigestColumn()
  tokenHash: string;
  @InstantColumn() createdAt: Date;
  @InstantColumn() expiresAt: Date;
  @OptionalInstantColumn() consumedAt: Date | null;
}
