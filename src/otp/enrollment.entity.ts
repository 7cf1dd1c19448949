import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  InstantColumn,
  OptionalDigestColumn,
  OptionalInstantColumn,
  OptionalLongTextColumn,
  OptionalRefColumn,
  OptionalTextColumn,
  RefColumn,
  WordColumn,
} from '../platform/database/index.js';
import type { FactorMethod } from '../shared/codes.js';
import type { OtpAlgorithm } from './hotp.js';
import type { Digits } from './otp-code.js';

/** A set-up that has begun: a factor comes of it only when its code has been proven. */
@Entity('enrollments')
@Index('ix_enrollments_user', ['userId'])
@Index('uq_enrollments_link', ['linkHash'], { unique: true })
export class EnrollmentEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @RefColumn() userId: string;
  @OptionalRefColumn() ticketId: string | null;
  @OptionalRefColumn() sessionId: string | null;
  @WordColumn() method: FactorMethod;
  @OptionalLongTextColumn() secretSealed: string | null;
  @OptionalRefColumn() hardwareTokenId: string | null;
  @WordColumn() algorithm: OtpAlgorithm;
  @CountColumn() digits: Digits;
  @CountColumn() period: number;
  @OptionalTextColumn(254) destination: string | null;
  /** True for 'Reset QR by mail': the factor that stands is replaced when the new one is proven. */
  @FlagColumn() replaces: boolean;
  @OptionalDigestColumn() linkHash: string | null;
  @OptionalInstantColumn() linkExpiresAt: Date | null;
  @OptionalInstantColumn() linkOpenedAt: Date | null;
  @CountColumn() tries: number;
  @InstantColumn() createdAt: Date;
  @InstantColumn() expiresAt: Date;
  @OptionalInstantColumn() endedAt: Date | null;
}
