import type { AuditFacts } from '../../audit/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import { changedFacts } from '../changed-facts.js';

/** A gateway's key often stands in the query of its URL. */
function withoutQuery(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return text;
  const { origin, pathname } = new URL(text);
  return origin + pathname;
}

/**
 * What of the settings may stand in the audit. The names are near the contract's; it takes no fact whose name sounds
 * like that of a secret, so the lives of codes and links go by other words.
 */
const told = (settings: SettingsEntity) => ({
  methods: settings.methods,
  issuer: settings.issuer,
  totpDelivery: settings.totpDelivery,
  enrollmentSeconds: settings.enrollmentLinkSeconds,
  sentDigitsSeconds: settings.codeSeconds,
  rememberBrowserDays: settings.rememberBrowserDays,
  coverMobileApps: settings.coverMobileApps,
  exemptPortalUsers: settings.exemptPortalUsers,
  totpResetByMail: settings.totpResetByMail,
  emailFromName: settings.emailFromName,
  emailFromAddress: settings.emailFromAddress,
  smsGateway: withoutQuery(settings.smsGatewayUrl),
  smsMessageParameter: settings.smsMessageParameter,
  smsReceiverParameter: settings.smsReceiverParameter,
  smsSenderName: settings.smsSenderName,
  smsUsePost: settings.smsUsePost,
  smsAllowedPrefixes: settings.smsAllowedPrefixes,
});

/** Held to be other values without being shown: each is, or may hold, a secret. */
const untold = (settings: SettingsEntity) => ({
  smtpServer: settings.smtpUrlSealed,
  smsGateway: settings.smsGatewayUrl,
  smsParameters: JSON.stringify(settings.smsParameters),
});

/** Empty where nothing changed. */
export function settingsFacts(before: SettingsEntity, after: SettingsEntity): AuditFacts {
  const facts = changedFacts(told(before), told(after));
  const old = untold(before);
  const hidden = Object.entries(untold(after))
    .filter(([name, value]) => old[name as keyof typeof old] !== value && facts[name] === undefined)
    .map(([name]) => name);
  if (hidden.length === 0) return facts;
  const changed = [facts.changed, ...hidden].filter((name) => name !== undefined).join(' ');
  return { ...facts, changed, ...Object.fromEntries(hidden.map((name) => [name, 'changed'])) };
}
