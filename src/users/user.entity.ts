import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  InstantColumn,
  OptionalInstantColumn,
  OptionalTextColumn,
  OptionalWordColumn,
  RefColumn,
  TextColumn,
  WordColumn,
} from '../platform/database/index.js';
import type { FactorMethod, Locale, UserKind } from '../shared/codes.js';

@Entity('users')
@Index('uq_users_email', ['email'], { unique: true })
@Index('ix_users_organization_email', ['organizationId', 'email'])
export class UserEntity {
  @IdColumn() id: string;
  @RefColumn() organizationId: string;
  /** The login name, normalized; unique over the installation. */
  @TextColumn(254) email: string;
  @OptionalInstantColumn() emailConfirmedAt: Date | null;
  @TextColumn(120) displayName: string;
  /** E.164. */
  @OptionalTextColumn(20) phone: string | null;
  @OptionalInstantColumn() phoneConfirmedAt: Date | null;
  @WordColumn() kind: UserKind;
  @FlagColumn() active: boolean;
  @WordColumn() locale: Locale;
  /** Null: none was set yet, and nobody can sign in. */
  @OptionalTextColumn(255) passwordHash: string | null;

  /** 'Use 2FA'. */
  @FlagColumn() useTwoFactor: boolean;
  /** 'Can toggle the use of 2FA'. */
  @FlagColumn() canToggleTwoFactor: boolean;
  @OptionalWordColumn() preferredMethod: FactorMethod | null;
  /** When a role first asked this user for a second factor: grace runs from here, once. */
  @OptionalInstantColumn() requirementReachedAt: Date | null;

  /** Factor tries in a row without a success, over all tickets, methods and doors. */
  @CountColumn() factorTries: number;
  @OptionalInstantColumn() lockedUntil: Date | null;
  /** Moved by whatever must end the trust in browsers: password, reset, factor removed, role gained. */
  @CountColumn() trustEpoch: number;

  @InstantColumn() createdAt: Date;
  @OptionalInstantColumn() lastSignInAt: Date | null;
}
