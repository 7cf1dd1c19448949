import { Entity, Index } from 'typeorm';
import { IdColumn, InstantColumn, OptionalInstantColumn, RefColumn, TextColumn } from '../platform/database/index.js';

@Entity('recovery_codes')
@Index('uq_recovery_codes_selector', ['userId', 'selector'], { unique: true })
export class RecoveryCodeEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @RefColumn() userId: string;
  /** The first characters, in clear: they find the one row whose hash is computed. */
  @TextColumn(8) selector: string;
  @TextColumn(255) codeHash: string;
  @InstantColumn() createdAt: Date;
  @OptionalInstantColumn() usedAt: Date | null;
}
