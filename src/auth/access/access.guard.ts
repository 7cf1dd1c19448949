import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { GqlContext } from '../../platform/graphql/index.js';
import { AuditService } from '../../audit/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { ACCESS_METADATA, type AccessRule } from '../../shared/access.js';
import type { Actor } from '../../shared/actor.js';
import { forbidden, reauthenticationRequired, unauthenticated } from '../../shared/api-error.js';
import {
  earlier,
  plusSeconds,
  REAUTHENTICATION_LONGEST_SECONDS,
  REAUTHENTICATION_SECONDS,
} from '../session/session.times.js';
import { type LiveSession, SessionsStore } from '../session/sessions.store.js';
import { Authenticator } from './authenticator.js';

/** How much later an end must be to be worth a write. */
const WORTH_WRITING_MS = 30_000;

/** Reads the rule that each operation states, and denies whatever states none. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly clock: Clock,
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionsStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditService,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const rule = Reflect.getMetadata(ACCESS_METADATA, execution.getHandler()) as AccessRule | undefined;
    if (execution.getType<string>() !== 'graphql') return rule?.kind === 'public';
    if (rule === undefined) throw forbidden();
    if (rule.kind === 'public' || rule.kind === 'ticket') return true;

    const [, args, context] = execution.getArgs<[unknown, Record<string, unknown>, GqlContext]>();
    if (rule.kind === 'ticket-or-session' && hasTicket(args)) return true;

    const found = await this.authenticator.authenticate(context, rule.kind === 'permission');
    if (found === null) throw unauthenticated();
    const { actor, session } = found;
    context.actor = actor;
    if (rule.kind === 'permission') {
      if (!rule.anyOf.some((permission) => actor.permissions.has(permission))) {
        await this.recordDenial(actor, execution.getHandler().name);
        throw forbidden();
      }
    } else if (actor.via === 'api-key' && !(rule.kind === 'session' && rule.apiKey === true)) {
      // A key is a program's: it has no second factor, no sessions and no password of its own to change.
      await this.recordDenial(actor, execution.getHandler().name);
      throw forbidden('API keys cannot do this.');
    }
    const again = rule.kind === 'ticket-or-session' || rule.reauthenticated === true;
    if (again && session !== null) await this.requireReauthentication(session);
    return true;
  }

  /** Five minutes from the proof, prolonged by each use up to thirty; a sign-in alone opens nothing. */
  private async requireReauthentication(session: LiveSession): Promise<void> {
    const now = this.clock.now();
    const { reauthenticatedAt: at, reauthenticatedUntil: until } = session;
    if (at === null || until === null || until <= now) throw reauthenticationRequired();
    const next = earlier(plusSeconds(now, REAUTHENTICATION_SECONDS), plusSeconds(at, REAUTHENTICATION_LONGEST_SECONDS));
    if (next.getTime() - until.getTime() < WORTH_WRITING_MS) return;
    await this.unitOfWork.run((tx) => this.sessions.prolong(tx, session.sessionId, next));
  }

  private async recordDenial(actor: Actor, operation: string): Promise<void> {
    const { organizationId, origin } = actor;
    await this.unitOfWork.run((tx) =>
      this.audit.record(tx, {
        organizationId,
        key: 'access.denied',
        actor,
        origin,
        facts: { operation, via: actor.via },
      }),
    );
  }
}

/** The ticket may be an argument of its own or a field of the input. */
function hasTicket(args: Record<string, unknown>): boolean {
  const { input } = args;
  const ticket = typeof input === 'object' && input !== null ? (input as { ticket?: unknown }).ticket : args.ticket;
  return typeof ticket === 'string';
}
