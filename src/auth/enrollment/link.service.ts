import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { type EnrollmentEntity, EnrollmentsStore, TotpService } from '../../otp/index.js';
import { Clock, Random } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import type { Origin } from '../../shared/actor.js';
import { asRecorded, isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import type { UserEntity } from '../../users/index.js';
import { ticketSubject } from '../sign-in/sent-code.js';
import type { CodeSentType } from '../sign-in/sign-in.types.js';
import { canResetByMail } from '../sign-in/login-answer.js';
import { type TicketContext, TicketContexts } from '../sign-in/ticket-context.js';
import type { EnrollmentType } from './enrollment.types.js';
import { MailedLinks } from './mailed-link.js';
import { newEnrollment } from './new-enrollment.js';

/** QR codes by mail: the link to one at a first sign-in, and 'Reset QR by mail' on the code screen. */
@Injectable()
export class EnrollmentLinkService {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly unitOfWork: UnitOfWork,
    private readonly contexts: TicketContexts,
    private readonly enrollments: EnrollmentsStore,
    private readonly totp: TotpService,
    private readonly links: MailedLinks,
    private readonly audit: AuditService,
  ) {}

  /** The secret that stands keeps working until the new one is confirmed. */
  async requestReset(token: string, origin: Origin): Promise<CodeSentType | Refusal> {
    return this.unitOfWork.run(async (tx) => {
      const context = await this.contexts.open(tx, token, 'requestTotpReset');
      if (isRefusal(context)) return context;
      const outcome = await this.reset(tx, context);
      const why: Record<string, string> = isRefusal(outcome) ? { why: outcome.code } : {};
      await this.record(
        tx,
        isRefusal(outcome) ? 'enrollment.refused' : 'totp-reset.requested',
        context.user,
        origin,
        why,
      );
      return isRefusal(outcome) ? asRecorded(outcome) : outcome;
    });
  }

  /** With the link and a ticket of the same user; once. Every other case is the same refusal. */
  async open(linkToken: string, ticket: string, origin: Origin): Promise<EnrollmentType | Refusal> {
    const opened = await this.unitOfWork.run(async (tx) => {
      const context = await this.contexts.open(tx, ticket, 'openEnrollmentLink');
      if (isRefusal(context)) return context;
      const row = linkToken.length <= 100 ? await this.enrollments.byLink(tx, linkToken) : null;
      const { user } = context;
      const accepted =
        row !== null && row.userId === user.id && this.isMeant(row, context) && (await this.bind(tx, row, context));
      await this.record(
        tx,
        accepted ? 'enrollment.link-opened' : 'enrollment.refused',
        user,
        origin,
        accepted ? {} : { why: 'LINK_INVALID' },
      );
      return accepted ? { row, context } : asRecorded(refuse('LINK_INVALID'));
    });
    if (isRefusal(opened)) return opened;
    const { row, context } = opened;
    const names = { issuer: context.settings.issuer, account: context.user.email };
    const { ticket: owner } = context;
    return {
      id: row.id,
      method: row.method,
      expiresAt: owner.expiresAt,
      totp: await this.totp.provisioning(row, names),
      sent: null,
    };
  }

  private async reset(tx: Tx, context: TicketContext): Promise<CodeSentType | Refusal> {
    const { user, settings, policy, decision, tokenAssigned, ticket } = context;
    if (!settings.totpResetByMail) return refuse('METHOD_NOT_ALLOWED');
    if (user.emailConfirmedAt === null) return refuse('EMAIL_NOT_CONFIRMED');
    if (!canResetByMail(context) || !settings.methods.includes('TOTP')) return refuse('METHOD_NOT_ALLOWED');
    const link = await this.links.send(tx, user, settings, 'totp-reset-link');
    if (isRefusal(link)) return link;
    const now = this.clock.now();
    const id = this.random.id(now);
    const door = {
      user,
      settings,
      policy,
      decision,
      tokenAssigned,
      signIn: context,
      sessionId: null,
      subject: ticketSubject(ticket.id),
    };
    const secretSealed = this.totp.newSecretFor(id);
    const values = {
      id,
      method: 'TOTP' as const,
      secretSealed,
      hardwareToken: null,
      destination: null,
      replaces: true,
      link,
    };
    await this.enrollments.endOthers(tx, { ticketId: ticket.id }, now);
    await this.enrollments.insert(tx, newEnrollment(door, values, now));
    return link.sent;
  }

  /** A first set-up while nothing is held; a reset while an app is, and the setting is still on. */
  private isMeant(row: EnrollmentEntity, { decision, settings }: TicketContext): boolean {
    if (row.replaces) return decision.outcome === 'CHALLENGE' && settings.totpResetByMail;
    return decision.outcome !== 'CHALLENGE' && decision.methods.includes('TOTP');
  }

  private async bind(tx: Tx, row: EnrollmentEntity, { ticket }: TicketContext): Promise<boolean> {
    return this.enrollments.openLink(tx, row.id, ticket.id, ticket.expiresAt, this.clock.now());
  }

  private async record(
    tx: Tx,
    key: 'enrollment.refused' | 'enrollment.link-opened' | 'totp-reset.requested',
    { id, email, organizationId }: UserEntity,
    origin: Origin,
    facts: Record<string, string>,
  ): Promise<void> {
    const record = { organizationId, actor: { userId: id, email }, subject: { id, email }, origin };
    await this.audit.record(tx, { ...record, key, facts: { method: 'TOTP', ...facts } });
  }
}
