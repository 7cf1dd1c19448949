import { Entity, Index, PrimaryColumn } from 'typeorm';
import { CountColumn, InstantColumn } from '../../platform/database/index.js';

/** Wrong passwords counted by login name and by address, apart from factor tries, in fixed windows. */
@Entity('password_throttles')
@Index('ix_password_throttles_window', ['windowEndsAt'])
export class PasswordThrottleEntity {
  /** Digest of the scope and its value: no address or login name is kept here. */
  @PrimaryColumn({ type: 'varchar', length: 64 }) throttleKey: string;
  @CountColumn() tries: number;
  @InstantColumn() windowEndsAt: Date;
}
