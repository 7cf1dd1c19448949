import { Injectable } from '@nestjs/common';
import { Clock, Sealer } from '../platform/crypto/index.js';
import { columnsOf, type Tx } from '../platform/database/index.js';
import { isRefusal, type Refusal } from '../shared/outcome.js';
import { checkEmailChange, checkSmsChange, type EmailChange, type SmsChange } from './channel.policy.js';
import { defaultSettings } from './default-settings.js';
import { SettingsEntity, type StoredSmsParameter } from './settings.entity.js';
import { applyTwoFactorChange, type TwoFactorChange } from './settings.policy.js';

export interface SettingsChange {
  twoFactor?: TwoFactorChange | null;
  email?: EmailChange | null;
  sms?: SmsChange | null;
}

const placeOf = (organizationId: string, column: string) => ({ table: 'settings', row: organizationId, column });

/** Reads and writes an organization's settings. Whoever changes them takes the organization's lock first. */
@Injectable()
export class SettingsService {
  constructor(
    private readonly clock: Clock,
    private readonly sealer: Sealer,
  ) {}

  async createDefaults(tx: Tx, organizationId: string, names: { issuer: string; fromAddress: string }): Promise<void> {
    await tx.manager.insert(SettingsEntity, defaultSettings(organizationId, names, this.clock.now()));
  }

  async of(tx: Tx, organizationId: string): Promise<SettingsEntity> {
    const settings = columnsOf(tx, SettingsEntity, 's');
    const [row] = await tx.rows(`SELECT ${settings.select} FROM settings s WHERE s.organizationId = ?`, [
      organizationId,
    ]);
    const found = row === undefined ? null : settings.read(row);
    if (found === null) throw new Error('An organization has no settings.');
    return found;
  }

  async save(tx: Tx, settings: SettingsEntity): Promise<void> {
    settings.updatedAt = this.clock.now();
    await tx.repository(SettingsEntity).save(settings);
  }

  /** Checks the whole change before any of it is applied to `settings`; the caller saves. */
  apply(settings: SettingsEntity, change: SettingsChange): Refusal | null {
    const twoFactor = applyTwoFactorChange(settings, change.twoFactor ?? {});
    if (isRefusal(twoFactor)) return twoFactor;
    const refusal = checkEmailChange(change.email ?? {}) ?? checkSmsChange(change.sms ?? {});
    if (refusal !== null) return refusal;

    if (twoFactor.rememberBrowserDays < settings.rememberBrowserDays) settings.trustEpoch += 1;
    const { methods, issuer, totpDelivery, enrollmentLinkSeconds, codeSeconds, rememberBrowserDays } = twoFactor;
    const { coverMobileApps, exemptPortalUsers, totpResetByMail } = twoFactor;
    Object.assign(settings, { methods, issuer, totpDelivery, enrollmentLinkSeconds, codeSeconds, rememberBrowserDays });
    Object.assign(settings, { coverMobileApps, exemptPortalUsers, totpResetByMail });
    this.applyEmail(settings, change.email ?? {});
    this.applySms(settings, change.sms ?? {});
    return null;
  }

  smtpUrl(settings: SettingsEntity): string | null {
    if (settings.smtpUrlSealed === null) return null;
    return this.sealer.openText(settings.smtpUrlSealed, placeOf(settings.organizationId, 'smtpUrlSealed'));
  }

  /** The gateway's further parameters with their secret values, for the worker alone. */
  openSmsParameters(settings: SettingsEntity): { name: string; value: string; header: boolean }[] {
    const place = placeOf(settings.organizationId, 'smsParameters');
    return settings.smsParameters.map(({ name, value, header, secret }) => ({
      name,
      value: secret ? this.sealer.openText(value, place) : value,
      header,
    }));
  }

  private applyEmail(settings: SettingsEntity, change: EmailChange): void {
    if (change.fromName) settings.emailFromName = change.fromName.trim();
    if (change.fromAddress) settings.emailFromAddress = change.fromAddress;
    if (change.smtpUrl === undefined || change.smtpUrl === null) return;
    settings.smtpUrlSealed =
      change.smtpUrl === ''
        ? null
        : this.sealer.seal(change.smtpUrl, placeOf(settings.organizationId, 'smtpUrlSealed'));
  }

  private applySms(settings: SettingsEntity, change: SmsChange): void {
    if (change.gatewayUrl !== undefined && change.gatewayUrl !== null) {
      settings.smsGatewayUrl = change.gatewayUrl === '' ? null : change.gatewayUrl;
    }
    settings.smsMessageParameter = change.messageParameter ?? settings.smsMessageParameter;
    settings.smsReceiverParameter = change.receiverParameter ?? settings.smsReceiverParameter;
    if (change.senderName !== undefined && change.senderName !== null) {
      settings.smsSenderName = change.senderName === '' ? null : change.senderName;
    }
    settings.smsUsePost = change.usePost ?? settings.smsUsePost;
    settings.smsAllowedPrefixes = [...(change.allowedPrefixes ?? settings.smsAllowedPrefixes)];
    if (change.parameters) settings.smsParameters = change.parameters.map((each) => this.stored(settings, each));
  }

  private stored(
    settings: SettingsEntity,
    parameter: { name: string; value: string; header?: boolean | null; secret?: boolean | null },
  ): StoredSmsParameter {
    const secret = parameter.secret ?? false;
    const value = secret
      ? this.sealer.seal(parameter.value, placeOf(settings.organizationId, 'smsParameters'))
      : parameter.value;
    return { name: parameter.name, value, header: parameter.header ?? false, secret };
  }
}
