import { Entity, PrimaryColumn } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  InstantColumn,
  JsonColumn,
  OptionalInstantColumn,
  OptionalLongTextColumn,
  OptionalTextColumn,
  TextColumn,
  WordColumn,
} from '../platform/database/index.js';
import type { FactorMethod, TotpDelivery } from '../shared/codes.js';

/** A further parameter of the text-message gateway; the value of a secret one is sealed. */
export interface StoredSmsParameter {
  name: string;
  value: string;
  header: boolean;
  secret: boolean;
}

@Entity('settings')
export class SettingsEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 }) organizationId: string;

  @FlagColumn() enabled: boolean;
  /** When it was switched on for the first time; grace periods cannot have begun before. */
  @OptionalInstantColumn() firstEnabledAt: Date | null;
  @OptionalInstantColumn() suspendedUntil: Date | null;
  @OptionalTextColumn(500) suspendReason: string | null;
  @JsonColumn() methods: FactorMethod[];
  @TextColumn(64) issuer: string;
  @WordColumn() totpDelivery: TotpDelivery;
  @CountColumn() enrollmentLinkSeconds: number;
  @CountColumn() codeSeconds: number;
  @CountColumn() rememberBrowserDays: number;
  /** Moved when the days are lowered: browsers trusted before are trusted no more. */
  @CountColumn() trustEpoch: number;
  @FlagColumn() coverMobileApps: boolean;
  @FlagColumn() exemptPortalUsers: boolean;
  @FlagColumn() totpResetByMail: boolean;

  @TextColumn(120) emailFromName: string;
  @TextColumn(254) emailFromAddress: string;
  @OptionalLongTextColumn() smtpUrlSealed: string | null;

  @OptionalTextColumn(500) smsGatewayUrl: string | null;
  @TextColumn(64) smsMessageParameter: string;
  @TextColumn(64) smsReceiverParameter: string;
  @OptionalTextColumn(64) smsSenderName: string | null;
  @FlagColumn() smsUsePost: boolean;
  @JsonColumn() smsParameters: StoredSmsParameter[];
  @JsonColumn() smsAllowedPrefixes: string[];
  /** Texts in a day (UTC) for the whole organization: what a flood may cost at most. */
  @CountColumn() smsDailyCap: number;

  @InstantColumn() updatedAt: Date;
}
