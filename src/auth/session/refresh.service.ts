import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { Clock, Random } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import type { Origin } from '../../shared/actor.js';
import { asRecorded, refuse, type Refusal } from '../../shared/outcome.js';
import { UsersStore } from '../../users/index.js';
import { FactsLoader } from '../policy/facts.loader.js';
import { stillEnough } from '../policy/session.policy.js';
import { decide } from '../policy/two-factor.policy.js';
import { newSplitToken, parseSplitToken, provesHash } from './split-token.js';
import { type SessionEnd, type SessionEntity } from './session.entity.js';
import { earlier, IDLE_SECONDS, plusSeconds, REMEMBERED_SECONDS } from './session.times.js';
import { SessionsStore } from './sessions.store.js';

/** New tokens for old, once. At each refresh the session is judged by policy as it stands now. */
@Injectable()
export class RefreshService {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: SessionsStore,
    private readonly users: UsersStore,
    private readonly facts: FactsLoader,
    private readonly audit: AuditService,
  ) {}

  /** One refusal for a token that is none, was used before, or whose session has ended or must end. */
  async refresh(token: string, origin: Origin): Promise<{ session: SessionEntity; refreshToken: string } | Refusal> {
    const parts = parseSplitToken(token);
    if (parts === null) return over();
    // Ending a session must survive the refusal, so that the transaction returns instead of throwing.
    const refreshed = await this.unitOfWork.run(async (tx) => {
      const session = await this.sessions.bySelector(tx, parts.selector);
      if (session?.endedAt !== null) return null;
      if (!provesHash(parts.secret, session.refreshHash)) return this.end(tx, session, 'refresh-reuse', origin);
      const now = this.clock.now();
      if (session.expiresAt <= now || session.idleUntil <= now) return null;
      const why = await this.whyNotAllowed(tx, session);
      return why === null ? this.rotate(tx, session, now, origin) : this.end(tx, session, why, origin);
    });
    return refreshed ?? over();
  }

  private async whyNotAllowed(tx: Tx, session: SessionEntity): Promise<SessionEnd | null> {
    const known = await this.facts.byId(tx, session.userId, session.applicationKind);
    if (known?.policy.user.active !== true) return 'deactivated';
    return stillEnough(decide(known.policy.facts, this.clock.now()), session.amr) ? null : 'policy';
  }

  private async rotate(
    tx: Tx,
    session: SessionEntity,
    now: Date,
    origin: Origin,
  ): Promise<{ session: SessionEntity; refreshToken: string } | Refusal> {
    const next = newSplitToken(this.random, session.refreshSelector);
    const idle = session.remembered ? REMEMBERED_SECONDS : IDLE_SECONDS;
    const change = {
      refreshHash: next.hash,
      lastSeenAt: now,
      idleUntil: earlier(plusSeconds(now, idle), session.expiresAt),
    };
    if (!(await this.sessions.rotate(tx, session, change))) {
      // Somebody used the same value at this very moment: one of the two has stolen it.
      return this.end(tx, session, 'refresh-reuse', origin);
    }
    await this.record(tx, session, 'session.refreshed', origin, {});
    return { session: Object.assign(session, change), refreshToken: next.token };
  }

  /** The end of the session is the one event of the refusal too. */
  private async end(tx: Tx, session: SessionEntity, why: SessionEnd, origin: Origin): Promise<Refusal> {
    if (!(await this.sessions.end(tx, session.id, why, this.clock.now()))) return over();
    const key = why === 'refresh-reuse' ? 'session.refresh-reused' : 'session.revoked';
    await this.record(tx, session, key, origin, { why });
    return asRecorded(over());
  }

  private async record(
    tx: Tx,
    session: SessionEntity,
    key: 'session.refreshed' | 'session.refresh-reused' | 'session.revoked',
    origin: Origin,
    facts: Record<string, string>,
  ): Promise<void> {
    const user = await this.users.byId(tx, session.userId);
    const email = user?.email ?? '';
    await this.audit.record(tx, {
      organizationId: session.organizationId,
      key,
      actor: { userId: session.userId, email },
      subject: { id: session.userId, email },
      origin,
      facts: { session: session.id, ...facts },
    });
  }
}

const over = (): Refusal => refuse('INVALID_CREDENTIALS', { message: 'This session has ended. Please sign in again.' });
