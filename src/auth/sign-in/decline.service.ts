import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Metrics } from '../../platform/metrics/index.js';
import type { Origin } from '../../shared/actor.js';
import { asRecorded, isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { UsersStore } from '../../users/index.js';
import { type OpenedSession, SessionOpener } from '../session/session-opener.js';
import { countedStep } from './counted-step.js';
import { TicketContexts } from './ticket-context.js';
import { TicketsStore } from './tickets.store.js';

/** 'Disable 2FA' at a first set-up, and 'later' while in grace. */
@Injectable()
export class DeclineService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly contexts: TicketContexts,
    private readonly tickets: TicketsStore,
    private readonly users: UsersStore,
    private readonly opener: SessionOpener,
    private readonly audit: AuditService,
    private readonly metrics: Metrics,
  ) {}

  async decline(token: string, origin: Origin): Promise<OpenedSession | Refusal> {
    const outcome = await this.attempt(token, origin);
    this.metrics.signIn(...countedStep(outcome, 'PASSWORD'));
    return outcome;
  }

  private attempt(token: string, origin: Origin): Promise<OpenedSession | Refusal> {
    return this.unitOfWork.run(async (tx) => {
      const context = await this.contexts.open(tx, token, 'declineEnrollment');
      if (isRefusal(context)) return context;
      const { user, ticket, decision } = context;
      const subject = { id: user.id, email: user.email };
      const record = {
        organizationId: user.organizationId,
        actor: { userId: user.id, email: user.email },
        subject,
        origin,
      };
      if (decision.required && !context.canDecline) {
        await this.audit.record(tx, { ...record, key: 'enrollment.refused', facts: { why: 'DECLINE_NOT_ALLOWED' } });
        return asRecorded(refuse('DECLINE_NOT_ALLOWED'));
      }
      if (!(await this.tickets.consume(tx, ticket.id))) return refuse('TICKET_INVALID');
      if (decision.required) {
        const inGrace = decision.outcome === 'ENROLL_IN_GRACE';
        if (!inGrace) await this.users.update(tx, user.id, { useTwoFactor: false });
        await this.audit.record(tx, { ...record, key: 'sign-in.declined', facts: { grace: inGrace } });
      }
      return this.opener.open(tx, {
        user,
        amr: ['pwd'],
        applicationKind: ticket.applicationKind,
        useCookies: ticket.useCookies,
        remembered: false,
        origin,
        because: 'declined',
      });
    });
  }
}
