import type { EnrollmentRequiredType, SecondFactorRequiredType } from './sign-in.types.js';
import { methodOptions } from './method-options.js';
import type { TicketContext } from './ticket-context.js';

/** 'Reset QR by mail' needs the setting, an app to replace, and an address that is known to be the person's. */
export function canResetByMail({ settings, policy, user }: TicketContext): boolean {
  return settings.totpResetByMail && policy.factors.some(isApp) && user.emailConfirmedAt !== null;
}

const isApp = (factor: { method: string; hardwareTokenId: string | null; disabledAt: Date | null }): boolean =>
  factor.method === 'TOTP' && factor.hardwareTokenId === null && factor.disabledAt === null;

/** What the password step answers when more is needed. */
export function askForMore(context: TicketContext, token: string): SecondFactorRequiredType | EnrollmentRequiredType {
  const { ticket, decision, settings, user } = context;
  const shared = {
    ticket: token,
    ticketExpiresAt: ticket.expiresAt,
    methods: methodOptions(decision.methods, user),
    reasons: decision.reasons,
  };
  if (decision.outcome !== 'CHALLENGE') {
    return { ...shared, canDecline: context.canDecline, graceEndsAt: decision.graceEndsAt };
  }
  const [preferred] = decision.methods;
  if (preferred === undefined) throw new Error('A challenge has no method.');
  return {
    ...shared,
    preferred,
    rememberBrowserDays: settings.rememberBrowserDays > 0 ? settings.rememberBrowserDays : null,
    canResetTotpByMail: canResetByMail(context),
  };
}
