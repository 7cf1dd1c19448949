import { Entity, PrimaryColumn } from 'typeorm';
import { CountColumn, InstantColumn, JsonColumn } from '../platform/database/index.js';

/** The last sends to one user or destination; written by whoever saw its version, so that races send no more. */
@Entity('send_windows')
export class SendWindowEntity {
  /** `user:<id>` or the digest of a destination. */
  @PrimaryColumn({ type: 'varchar', length: 100 }) windowKey: string;
  /** Milliseconds since the epoch. */
  @JsonColumn() stamps: number[];
  @CountColumn() version: number;
  @InstantColumn() updatedAt: Date;
}
