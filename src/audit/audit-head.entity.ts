import { Entity, PrimaryColumn } from 'typeorm';
import { CountColumn, DigestColumn, InstantColumn, TextColumn, WordColumn } from '../platform/database/index.js';

/** The end of an organization's chain, keyed as well: without it, rows cut off at the end would not be missed. */
@Entity('audit_heads')
export class AuditHeadEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 }) organizationId: string;
  @CountColumn() position: number;
  /** The mac of the last sealed event. */
  @DigestColumn() lastMac: string;
  /** Covers every other column but its key id. */
  @DigestColumn() headMac: string;
  @WordColumn() headKeyId: string;
  @InstantColumn() sealedAt: Date;
  @TextColumn(36) lastEventId: string;
}
