import { Injectable } from '@nestjs/common';
import { HardwareTokensService } from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import type { Actor, Origin } from '../../shared/actor.js';
import { unauthenticated } from '../../shared/api-error.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import { type UserEntity } from '../../users/index.js';
import { FactsLoader, type UserPolicy } from '../policy/facts.loader.js';
import { type Decision, decide } from '../policy/two-factor.policy.js';
import { sessionSubject, ticketSubject } from '../sign-in/sent-code.js';
import type { SignInEvent } from '../sign-in/sign-in.machine.js';
import { type TicketContext, TicketContexts } from '../sign-in/ticket-context.js';

/** By which door a set-up comes in: with a ticket in the middle of a sign-in, or signed in and reauthenticated. */
export type Door = { ticket: string } | { sessionId: string; userId: string };

/** Everything about the person at the door. */
export interface EnrollmentContext {
  user: UserEntity;
  settings: SettingsEntity;
  policy: UserPolicy;
  decision: Decision;
  tokenAssigned: boolean;
  /** Exactly one of the two is set. */
  signIn: TicketContext | null;
  sessionId: string | null;
  /** What a sent code is bound to. */
  subject: string;
}

export function doorOf(ticket: string | null | undefined, actor: Actor | null): Door {
  if (typeof ticket === 'string') return { ticket };
  if (actor?.via !== 'session') throw unauthenticated();
  return { sessionId: actor.sessionId, userId: actor.userId };
}

@Injectable()
export class EnrollmentDoors {
  constructor(
    private readonly clock: Clock,
    private readonly contexts: TicketContexts,
    private readonly facts: FactsLoader,
    private readonly hardwareTokens: HardwareTokensService,
  ) {}

  async enter(tx: Tx, door: Door, event: SignInEvent): Promise<EnrollmentContext | Refusal> {
    if ('ticket' in door) {
      const signIn = await this.contexts.open(tx, door.ticket, event);
      if (isRefusal(signIn)) return signIn;
      const { user, settings, policy, decision, tokenAssigned } = signIn;
      const subject = ticketSubject(signIn.ticket.id);
      return { user, settings, policy, decision, tokenAssigned, signIn, sessionId: null, subject };
    }
    const known = await this.facts.byId(tx, door.userId);
    if (known === null) throw unauthenticated();
    const { policy, ground } = known;
    const { user } = policy;
    const decision = decide(policy.facts, this.clock.now());
    const tokenAssigned = (await this.hardwareTokens.assignedTo(tx, user.id)) !== null;
    const { sessionId } = door;
    const subject = sessionSubject(sessionId);
    return { user, settings: ground.settings, policy, decision, tokenAssigned, signIn: null, sessionId, subject };
  }
}

export interface EnrollmentRequest {
  door: Door;
  origin: Origin;
}
