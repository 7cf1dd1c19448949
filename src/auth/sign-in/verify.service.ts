import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { type PreparedCodes, RecoveryCodesService } from '../../otp/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import { Metrics } from '../../platform/metrics/index.js';
import type { Origin } from '../../shared/actor.js';
import { AMR_OF_METHOD, type Method } from '../../shared/codes.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { FactorCheck, type PreparedCheck } from '../factor/factor-check.js';
import { type FactorDoor, FactorGate, type PassedGate } from '../factor/factor-gate.js';
import { NoticesService } from '../factor/notices.service.js';
import { type OpenedSession, SessionOpener } from '../session/session-opener.js';
import { TrustedBrowsersService } from '../trusted-browser/trusted-browsers.service.js';
import { countedStep } from './counted-step.js';
import { ticketSubject } from './sent-code.js';
import { type TicketContext, TicketContexts } from './ticket-context.js';
import { TicketsStore } from './tickets.store.js';

export interface VerifyRequest {
  ticket: string;
  method: Method;
  code: string;
  rememberBrowser: boolean;
  origin: Origin;
}

/** A wish to undo the transaction and still answer: the ticket was used up by another request at the same moment. */
class TicketGone extends Error {}

/** The second factor of a sign-in: counted, then checked and consumed, then a session. */
@Injectable()
export class VerifyService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly contexts: TicketContexts,
    private readonly tickets: TicketsStore,
    private readonly gate: FactorGate,
    private readonly factorCheck: FactorCheck,
    private readonly recoveryCodes: RecoveryCodesService,
    private readonly trustedBrowsers: TrustedBrowsersService,
    private readonly opener: SessionOpener,
    private readonly notices: NoticesService,
    private readonly audit: AuditService,
    private readonly metrics: Metrics,
  ) {}

  async verify(request: VerifyRequest): Promise<OpenedSession | Refusal> {
    const outcome = await this.attempt(request);
    this.metrics.signIn(...countedStep(outcome, request.method));
    return outcome;
  }

  private async attempt(request: VerifyRequest): Promise<OpenedSession | Refusal> {
    const { method, origin } = request;
    const before = await this.unitOfWork.read((tx) => this.contexts.open(tx, request.ticket, 'verify'));
    if (isRefusal(before)) return before;
    if (!before.decision.required) return this.unitOfWork.run((tx) => this.withoutFactor(tx, request));
    if (!accepts(before, method)) return refuse('METHOD_NOT_ALLOWED');

    const { user, settings, ticket } = before;
    const door: FactorDoor = { purpose: 'sign-in', method, user, settings, origin, ticketId: ticket.id };
    const passed = await this.gate.pass(door);
    if (isRefusal(passed)) return passed;
    const prepared = await this.factorCheck.prepare(user, method, request.code);
    const codes =
      isFirstFactor(before) && before.policy.recoveryCodesLeft === 0 ? await this.recoveryCodes.prepare() : null;
    try {
      return await this.unitOfWork.run((tx) => this.checked(tx, request, door, passed, prepared, codes));
    } catch (error) {
      if (error instanceof TicketGone) return refuse('TICKET_INVALID');
      throw error;
    }
  }

  /** Policy is asked once more on the rows of this transaction: a reset or a new rule in between counts. */
  private async checked(
    tx: Tx,
    request: VerifyRequest,
    door: FactorDoor,
    passed: PassedGate,
    prepared: PreparedCheck,
    codes: PreparedCodes | null,
  ): Promise<OpenedSession | Refusal> {
    const context = await this.contexts.open(tx, request.ticket, 'verify');
    if (isRefusal(context)) return context;
    if (!accepts(context, request.method)) return refuse('METHOD_NOT_ALLOWED');
    const { user, settings, ticket, policy } = context;

    const verdict = await this.factorCheck.check(tx, user, ticketSubject(ticket.id), prepared, policy.factors);
    if (!verdict.right) return this.gate.failed(tx, door, passed, verdict);
    await this.gate.verified(tx, door);
    const session = await this.open(tx, context, request);
    const recoveryCodes = isFirstFactor(context) ? await this.firstFactor(tx, context, codes, request.origin) : null;
    const opened = { ...session, recoveryCodes };
    if (request.method === 'RECOVERY_CODE') await this.tellOfRecoveryCode(tx, context, request.origin);
    const mayRemember = settings.rememberBrowserDays > 0 && request.method !== 'RECOVERY_CODE';
    if (!request.rememberBrowser || !mayRemember) return opened;
    const trust = await this.trustedBrowsers.remember(tx, user, settings, request.origin);
    return { ...opened, trustedBrowserToken: trust.token, trustedUntil: trust.expiresAt };
  }

  /** Policy asks for none any more, so that a new sign-in would be let in by the password alone. */
  private async withoutFactor(tx: Tx, request: VerifyRequest): Promise<OpenedSession | Refusal> {
    const context = await this.contexts.open(tx, request.ticket, 'verify');
    if (isRefusal(context)) return context;
    if (context.decision.required) return refuse('TICKET_INVALID');
    if (!(await this.tickets.consume(tx, context.ticket.id))) return refuse('TICKET_INVALID');
    const { user, ticket, decision } = context;
    return this.opener.open(tx, {
      user,
      amr: ['pwd'],
      applicationKind: ticket.applicationKind,
      useCookies: ticket.useCookies,
      remembered: false,
      origin: request.origin,
      because: decision.reasons[0]?.rule ?? 'none',
    });
  }

  private async open(tx: Tx, context: TicketContext, request: VerifyRequest): Promise<OpenedSession> {
    const { user, ticket, decision } = context;
    const opened = await this.opener.open(tx, {
      user,
      amr: ['pwd', AMR_OF_METHOD[request.method]],
      applicationKind: ticket.applicationKind,
      useCookies: ticket.useCookies,
      remembered: false,
      origin: request.origin,
      because: decision.reasons[0]?.rule ?? 'none',
      proven: true,
    });
    // After the user's row, which a change of password takes first too: in the other order the two would lock each other.
    if (!(await this.tickets.consume(tx, ticket.id))) throw new TicketGone();
    return opened;
  }

  /** The hard token that this code has just proven is the user's first factor, and all that goes with one goes with it. */
  private async firstFactor(
    tx: Tx,
    { user, settings }: TicketContext,
    codes: PreparedCodes | null,
    origin: Origin,
  ): Promise<string[] | null> {
    if (codes !== null) await this.recoveryCodes.replace(tx, user, codes);
    const subject = { id: user.id, email: user.email };
    await this.audit.record(tx, {
      organizationId: user.organizationId,
      key: 'factor.added',
      actor: { userId: user.id, email: user.email },
      subject,
      origin,
      facts: { method: 'TOTP', replaces: false },
    });
    await this.notices.tell(tx, 'factor-added', { user, settings, origin }, { method: 'TOTP' });
    return codes?.codes ?? null;
  }

  private async tellOfRecoveryCode(tx: Tx, { user, settings }: TicketContext, origin: Origin): Promise<void> {
    const subject = { id: user.id, email: user.email };
    await this.audit.record(tx, {
      organizationId: user.organizationId,
      key: 'recovery-code.used',
      actor: { userId: user.id, email: user.email },
      subject,
      origin,
    });
    await this.notices.tell(tx, 'recovery-code-used', { user, settings, origin });
  }
}

/** Nothing is held yet: what is verified here is a hard token by its first right code. */
const isFirstFactor = ({ decision }: TicketContext): boolean => decision.outcome !== 'CHALLENGE';

/** A method that the decision names; before there is a factor, only a token's code where one waits for its first. */
const accepts = (context: TicketContext, method: Method): boolean =>
  context.decision.methods.includes(method) &&
  (!isFirstFactor(context) || (context.tokenAssigned && method === 'TOTP'));
