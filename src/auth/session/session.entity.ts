import { Entity, Index } from 'typeorm';
import {
  DigestColumn,
  FlagColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  OptionalInstantColumn,
  OptionalTextColumn,
  OptionalWordColumn,
  RefColumn,
  TextColumn,
  WordColumn,
} from '../../platform/database/index.js';
import type { Amr, ApplicationKind } from '../../shared/codes.js';

@Entity('sessions')
@Index('ix_sessions_user', ['userId'])
@Index('ix_sessions_expires', ['expiresAt'])
export class SessionEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @RefColumn() userId: string;
  /** Finds the row; the other half of a refresh token proves it, and a wrong other half means that it was stolen. */
  @Index('uq_sessions_selector', { unique: true })
  @TextColumn(32)
  refreshSelector: string;
  @DigestColumn() refreshHash: string;
  @JsonColumn() amr: Amr[];
  @WordColumn() applicationKind: ApplicationKind;
  @FlagColumn() inCookies: boolean;
  @FlagColumn() remembered: boolean;
  @OptionalTextColumn(64) ip: string | null;
  @OptionalTextColumn(400) userAgent: string | null;
  @InstantColumn() createdAt: Date;
  @InstantColumn() lastSeenAt: Date;
  @InstantColumn() idleUntil: Date;
  @InstantColumn() expiresAt: Date;
  @OptionalInstantColumn() reauthenticatedAt: Date | null;
  @OptionalInstantColumn() reauthenticatedUntil: Date | null;
  @OptionalInstantColumn() endedAt: Date | null;
  @OptionalWordColumn() endReason: SessionEnd | null;
}

export type SessionEnd =
  | 'logout'
  | 'revoked'
  | 'refresh-reuse'
  | 'policy'
  | 'password-changed'
  | 'two-factor-reset'
  | 'deactivated'
  | 'factor-removed';
