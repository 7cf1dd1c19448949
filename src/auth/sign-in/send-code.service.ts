import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/index.js';
import type { Origin } from '../../shared/actor.js';
import { isSendable, type Method } from '../../shared/codes.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { SentCodes, ticketSubject } from './sent-code.js';
import type { CodeSentType } from './sign-in.types.js';
import { TicketContexts } from './ticket-context.js';
import { TicketsStore } from './tickets.store.js';

@Injectable()
export class SendCodeService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly contexts: TicketContexts,
    private readonly tickets: TicketsStore,
    private readonly sentCodes: SentCodes,
  ) {}

  /** Sends a code, or sends it again. No failure count is touched by it. */
  async send(token: string, method: Method, origin: Origin): Promise<CodeSentType | Refusal> {
    return this.unitOfWork.run(async (tx) => {
      const context = await this.contexts.open(tx, token, 'sendCode');
      if (isRefusal(context)) return context;
      const { ticket, user, settings, decision } = context;
      if (!isSendable(method) || !decision.methods.includes(method)) return refuse('METHOD_NOT_ALLOWED');
      const destination = method === 'EMAIL' ? user.email : user.phone;
      if (destination === null) return refuse('PHONE_NOT_CONFIRMED');
      const subject = ticketSubject(ticket.id);
      const sent = await this.sentCodes.send(tx, {
        user,
        settings,
        subject,
        method,
        destination,
        origin,
        purpose: 'sign-in',
      });
      if (!isRefusal(sent)) await this.tickets.noteSent(tx, ticket.id, method);
      return sent;
    });
  }

  /** Null where nothing was sent for this ticket, or there is no such ticket (any more). */
  async delivery(token: string): Promise<CodeSentType | null> {
    return this.unitOfWork.read(async (tx) => {
      const ticket = token.length <= 100 ? await this.tickets.find(tx, token) : null;
      return ticket === null ? null : this.sentCodes.status(tx, ticketSubject(ticket.id));
    });
  }
}
