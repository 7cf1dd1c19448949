import type { SettingsEntity } from './settings.entity.js';

/** Two-factor is off at first. Where the choice is free, the safe side: short lives, no trusted browsers, no reset by mail. */
export function defaultSettings(
  organizationId: string,
  names: { issuer: string; fromAddress: string },
  now: Date,
): SettingsEntity {
  return {
    organizationId,
    enabled: false,
    firstEnabledAt: null,
    suspendedUntil: null,
    suspendReason: null,
    methods: ['TOTP', 'EMAIL'],
    issuer: names.issuer,
    totpDelivery: 'ON_SCREEN',
    enrollmentLinkSeconds: 240,
    codeSeconds: 90,
    rememberBrowserDays: 0,
    trustEpoch: 0,
    coverMobileApps: true,
    exemptPortalUsers: true,
    totpResetByMail: false,
    emailFromName: names.issuer,
    emailFromAddress: names.fromAddress,
    smtpUrlSealed: null,
    smsGatewayUrl: null,
    smsMessageParameter: 'message',
    smsReceiverParameter: 'to',
    smsSenderName: null,
    smsUsePost: true,
    smsParameters: [],
    smsAllowedPrefixes: [],
    smsDailyCap: 1_000,
    updatedAt: now,
  };
}
