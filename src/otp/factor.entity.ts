import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  InstantColumn,
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

/** A method that a user has enrolled by proving to hold it; one row for each method. */
@Entity('factors')
@Index('uq_factors_user_method', ['userId', 'method'], { unique: true })
// All that a preview asks of a million factors, so that it never goes to their rows.
@Index('ix_factors_user_method_disabled', ['userId', 'method', 'disabledAt'])
export class FactorEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  @RefColumn() userId: string;
  @WordColumn() method: FactorMethod;
  /** The TOTP secret, sealed; null for EMAIL and SMS, and for a hard token, whose seed stands in its own row. */
  @OptionalLongTextColumn() secretSealed: string | null;
  @OptionalRefColumn() hardwareTokenId: string | null;
  @WordColumn() algorithm: OtpAlgorithm;
  @CountColumn() digits: Digits;
  @CountColumn() period: number;
  /** The last accepted TOTP step, -1 at first: no step at or below it is ever accepted again (RFC 6238 §5.2). */
  @CountColumn() lastStep: number;
  /** The address or number that was proven; another one on the profile does not inherit the proof. */
  @OptionalTextColumn(254) destination: string | null;
  @InstantColumn() confirmedAt: Date;
  @OptionalInstantColumn() lastUsedAt: Date | null;
  /** Set at a hundred failures in a row (NIST 800-63B-4 3.2.2): it opens nothing until enrolled anew. */
  @OptionalInstantColumn() disabledAt: Date | null;
}
