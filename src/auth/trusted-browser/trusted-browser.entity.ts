import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  DigestColumn,
  IdColumn,
  InstantColumn,
  OptionalInstantColumn,
  OptionalTextColumn,
  RefColumn,
  TextColumn,
} from '../../platform/database/index.js';

@Entity('trusted_browsers')
@Index('ix_trusted_browsers_user', ['userId'])
export class TrustedBrowserEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @RefColumn() userId: string;
  @Index('uq_trusted_browsers_selector', { unique: true })
  @TextColumn(32)
  selector: string;
  @DigestColumn() tokenHash: string;
  /** The user's and the settings' epochs at the time: any move of either ends the trust. */
  @CountColumn() userEpoch: number;
  @CountColumn() settingsEpoch: number;
  @OptionalTextColumn(64) ip: string | null;
  @OptionalTextColumn(400) userAgent: string | null;
  @InstantColumn() createdAt: Date;
  @InstantColumn() lastUsedAt: Date;
  @InstantColumn() expiresAt: Date;
  @OptionalInstantColumn() endedAt: Date | null;
}
