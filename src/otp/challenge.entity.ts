import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  InstantColumn,
  LongTextColumn,
  OptionalInstantColumn,
  OptionalRefColumn,
  RefColumn,
  TextColumn,
  WordColumn,
} from '../platform/database/index.js';
import type { SendableMethod } from '../shared/codes.js';

/**
 * A mailed or texted code: an HOTP secret of its own and a counter that moves with each send (RFC 4226). The row holds
 * no code; the worker derives it when it sends, and the check derives it again.
 */
@Entity('challenges')
@Index('uq_challenges_subject_method', ['subject', 'method'], { unique: true })
@Index('ix_challenges_user', ['userId'])
@Index('ix_challenges_expires', ['expiresAt'])
export class ChallengeEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @RefColumn() userId: string;
  /** What the code is bound to: `ticket:<id>`, `enrollment:<id>` or `session:<id>`. */
  @TextColumn(64) subject: string;
  @WordColumn() method: SendableMethod;
  @TextColumn(254) destination: string;
  @LongTextColumn() secretSealed: string;
  @CountColumn() counter: number;
  @InstantColumn() sentAt: Date;
  @InstantColumn() expiresAt: Date;
  @InstantColumn() resendAt: Date;
  @OptionalInstantColumn() consumedAt: Date | null;
  /** The message that carries the current counter's code. */
  @OptionalRefColumn() messageId: string | null;
}
