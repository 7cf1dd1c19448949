import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { Clock, Random } from '../../platform/crypto/index.js';
import { ChangedMeanwhile, type Tx } from '../../platform/database/index.js';
import type { Origin } from '../../shared/actor.js';
import type { Amr, ApplicationKind } from '../../shared/codes.js';
import { type UserEntity, UsersStore } from '../../users/index.js';
import { newSplitToken } from './split-token.js';
import { earlier, IDLE_SECONDS, plusSeconds, REMEMBERED_SECONDS, SESSION_SECONDS } from './session.times.js';
import { SessionEntity } from './session.entity.js';
import { SessionsStore } from './sessions.store.js';

export interface SessionRequest {
  user: UserEntity;
  amr: Amr[];
  applicationKind: ApplicationKind;
  useCookies: boolean;
  /** Has an effect only where no second factor is required; the caller has seen to that. */
  remembered: boolean;
  origin: Origin;
  /** The rule that settled it, for the audit. */
  because: string;
  /** Whether a factor of this account was proven for it in this transaction. */
  proven?: boolean;
}

/** A session as it was opened, with the values that are shown once. */
export interface OpenedSession {
  session: SessionEntity;
  user: UserEntity;
  refreshToken: string;
  trustedBrowserToken: string | null;
  /** Until when that browser is trusted. */
  trustedUntil: Date | null;
  recoveryCodes: string[] | null;
}

/** The only place that makes a session. Called in the transaction that consumed the ticket or proved the password. */
@Injectable()
export class SessionOpener {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly sessions: SessionsStore,
    private readonly users: UsersStore,
    private readonly audit: AuditService,
  ) {}

  async open(tx: Tx, request: SessionRequest): Promise<OpenedSession> {
    const { user, amr, origin } = request;
    const now = this.clock.now();
    const refresh = newSplitToken(this.random);
    const expiresAt = plusSeconds(now, request.remembered ? REMEMBERED_SECONDS : SESSION_SECONDS);
    const session = Object.assign(new SessionEntity(), {
      id: this.random.id(now),
      organizationId: user.organizationId,
      userId: user.id,
      refreshSelector: refresh.selector,
      refreshHash: refresh.hash,
      amr,
      applicationKind: request.applicationKind,
      inCookies: request.useCookies,
      remembered: request.remembered,
      ip: origin.ip,
      userAgent: origin.userAgent,
      createdAt: now,
      lastSeenAt: now,
      idleUntil: earlier(plusSeconds(now, request.remembered ? REMEMBERED_SECONDS : IDLE_SECONDS), expiresAt),
      expiresAt,
      reauthenticatedAt: null,
      reauthenticatedUntil: null,
      endedAt: null,
      endReason: null,
    } satisfies SessionEntity);
    // Before the session: one that is opened beside a change of password or a reset must not outlive it.
    const noted = await this.users.signedIn(tx, user, now, request.proven === true);
    if (!noted) throw new ChangedMeanwhile('The user has changed.');
    await this.sessions.insert(tx, session);
    user.lastSignInAt = now;
    await this.audit.record(tx, {
      organizationId: user.organizationId,
      key: 'sign-in.succeeded',
      actor: { userId: user.id, email: user.email },
      subject: { id: user.id, email: user.email },
      origin,
      facts: {
        session: session.id,
        methods: amr.join(' '),
        because: request.because,
        application: request.applicationKind,
      },
    });
    return {
      session,
      user,
      refreshToken: refresh.token,
      trustedBrowserToken: null,
      trustedUntil: null,
      recoveryCodes: null,
    };
  }
}
