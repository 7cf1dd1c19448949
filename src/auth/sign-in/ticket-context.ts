import { Injectable } from '@nestjs/common';
import { DISABLE_AT, HardwareTokensService } from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import { isAdministrator } from '../../roles/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import type { UserEntity } from '../../users/index.js';
import { DISABLED_SENTENCE } from '../factor/sentences.js';
import { mayDecline } from '../policy/decline.policy.js';
import { FactsLoader, type UserPolicy } from '../policy/facts.loader.js';
import { type Decision, decide } from '../policy/two-factor.policy.js';
import type { UserRows } from '../policy/user-rows.store.js';
import { isOpen, type SignInEvent, stateOf } from './sign-in.machine.js';
import type { TicketEntity } from './ticket.entity.js';
import { TicketsStore } from './tickets.store.js';

/** A ticket with all that is known of its user, decided anew at this moment. */
export interface TicketContext {
  ticket: TicketEntity;
  user: UserEntity;
  settings: SettingsEntity;
  policy: UserPolicy;
  decision: Decision;
  canDecline: boolean;
  /** A hard token was given to the user, who has not proven it yet. */
  tokenAssigned: boolean;
}

@Injectable()
export class TicketContexts {
  constructor(
    private readonly clock: Clock,
    private readonly tickets: TicketsStore,
    private readonly facts: FactsLoader,
    private readonly hardwareTokens: HardwareTokensService,
  ) {}

  /** Refuses a ticket that has ended, whose user may not sign in any more, or to whose state the event is not open. */
  async open(tx: Tx, token: string, event: SignInEvent): Promise<TicketContext | Refusal> {
    const rows = token.length <= 100 ? await this.tickets.findWithUser(tx, token) : null;
    if (rows === null) return refuse('TICKET_INVALID');
    const { ticket, user } = rows;
    if (!user.active || user.kind === 'SERVICE') return refuse('TICKET_INVALID');
    const context = await this.of(tx, ticket, rows);
    if (isBarred(context)) return refuse('TOO_MANY_ATTEMPTS', { message: DISABLED_SENTENCE });
    return isOpen(stateOf(context.decision.outcome), event) ? context : refuse(...closed(context, event));
  }

  /** @param rows of the ticket's user, as this very transaction has read them */
  async of(tx: Tx, ticket: TicketEntity, rows: UserRows): Promise<TicketContext> {
    const { user } = rows;
    const { policy, ground } = await this.facts.ofRows(tx, rows, ticket.applicationKind);
    const decision = decide(policy.facts, this.clock.now());
    const canDecline = mayDecline(decision, {
      enrolled: policy.factors.length > 0,
      administrator: isAdministrator(policy.held),
      canToggle: user.canToggleTwoFactor,
    });
    const enrolling = decision.outcome === 'ENROLL' || decision.outcome === 'ENROLL_IN_GRACE';
    const tokenAssigned = enrolling && (await this.hardwareTokens.assignedTo(tx, user.id)) !== null;
    return { ticket, user, settings: ground.settings, policy, decision, canDecline, tokenAssigned };
  }
}

/**
 * A factor that a hundred wrong codes disabled: enrolling anew with the password alone would make those hundred codes
 * a way around the factor, so that an administrator has to reset it.
 */
export function isBarred({ decision, policy, user }: Pick<TicketContext, 'decision' | 'policy' | 'user'>): boolean {
  const disabled = policy.factors.some(({ disabledAt }) => disabledAt !== null);
  return decision.required && disabled && (decision.outcome !== 'CHALLENGE' || user.factorTries >= DISABLE_AT);
}

/** Why an operation is not open here: what a client did out of turn. */
function closed({ decision }: TicketContext, event: SignInEvent): [Refusal['code']] {
  if (event === 'declineEnrollment') return ['DECLINE_NOT_ALLOWED'];
  // Enrolling with a half-finished sign-in while a factor exists has opened accounts elsewhere.
  if (event === 'startEnrollment' || event === 'confirmEnrollment') {
    return [decision.outcome === 'CHALLENGE' ? 'ALREADY_ENROLLED' : 'TICKET_INVALID'];
  }
  if (event === 'sendCode' || event === 'requestTotpReset') return ['METHOD_NOT_ALLOWED'];
  return ['TICKET_INVALID'];
}
