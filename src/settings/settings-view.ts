import type { SettingsEntity } from './settings.entity.js';
import type { SettingsType } from './settings.types.js';

/** What may be read back: no SMTP URL (it holds a password) and no secret parameter. */
export function settingsView(settings: SettingsEntity, now: Date): SettingsType {
  const { suspendedUntil } = settings;
  return {
    twoFactor: {
      enabled: settings.enabled,
      suspendedUntil: suspendedUntil !== null && suspendedUntil > now ? suspendedUntil : null,
      methods: settings.methods,
      issuer: settings.issuer,
      totpDelivery: settings.totpDelivery,
      enrollmentLinkSeconds: settings.enrollmentLinkSeconds,
      codeSeconds: settings.codeSeconds,
      rememberBrowserDays: settings.rememberBrowserDays,
      coverMobileApps: settings.coverMobileApps,
      exemptPortalUsers: settings.exemptPortalUsers,
      totpResetByMail: settings.totpResetByMail,
    },
    email: {
      fromName: settings.emailFromName,
      fromAddress: settings.emailFromAddress,
      smtpUrlSet: settings.smtpUrlSealed !== null,
    },
    sms: {
      gatewayUrl: settings.smsGatewayUrl,
      messageParameter: settings.smsMessageParameter,
      receiverParameter: settings.smsReceiverParameter,
      senderName: settings.smsSenderName,
      usePost: settings.smsUsePost,
      parameters: settings.smsParameters.map(({ name, value, header, secret }) => ({
        name,
        value: secret ? null : value,
        header,
        secret,
      })),
      allowedPrefixes: settings.smsAllowedPrefixes,
    },
  };
}
