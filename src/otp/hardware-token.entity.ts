import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  InstantColumn,
  LongTextColumn,
  OptionalRefColumn,
  RefColumn,
  TextColumn,
  WordColumn,
} from '../platform/database/index.js';
import type { HardwareTokenState } from '../shared/codes.js';
import type { OtpAlgorithm } from './hotp.js';
import type { Digits } from './otp-code.js';

@Entity('hardware_tokens')
@Index('uq_hardware_tokens_serial', ['organizationId', 'serial'], { unique: true })
@Index('ix_hardware_tokens_user', ['userId'])
export class HardwareTokenEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @TextColumn(64) serial: string;
  @LongTextColumn() seedSealed: string;
  @WordColumn() algorithm: OtpAlgorithm;
  @CountColumn() digits: Digits;
  @CountColumn() period: number;
  /** Kept with the token, not with its user: a code spent by one holder stays spent for the next. */
  @CountColumn() lastStep: number;
  @WordColumn() state: HardwareTokenState;
  @OptionalRefColumn() userId: string | null;
  @InstantColumn() createdAt: Date;
}
