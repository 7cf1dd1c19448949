import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { DISABLE_AT, FactorsStore, lockSeconds, TICKET_TRIES } from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import { Metrics } from '../../platform/metrics/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import type { Origin } from '../../shared/actor.js';
import type { Method } from '../../shared/codes.js';
import { asRecorded, refuse, type Refusal } from '../../shared/outcome.js';
import { FactorTriesStore, type UserEntity } from '../../users/index.js';
import { TicketsStore } from '../sign-in/tickets.store.js';
import { BothCountsStore } from './both-counts.store.js';
import { NoticesService } from './notices.service.js';
import { DISABLED_SENTENCE } from './sentences.js';

/** At which door a factor is being proven. */
export interface FactorDoor {
  purpose: 'sign-in' | 'enrollment' | 'reauthentication';
  method: Method;
  user: UserEntity;
  settings: SettingsEntity;
  origin: Origin;
  /** Null for a signed-in person. */
  ticketId: string | null;
}

export interface PassedGate {
  /** Failures in a row of the account, this try included until it succeeds. */
  tries: number;
  lockedUntil: Date | null;
}

/** A code that was looked at and is not right. */
export interface FailedCheck {
  /** For the audit alone. */
  why: string;
  refusal: Refusal;
}

const TELL_AT = 3;
const POLICY = { disableAt: DISABLE_AT, lockSeconds };

/**
 * Every door to a factor leads through here, and every try is counted before it is looked at, in a transaction of its
 * own that is committed first: a crash, a rollback or fifty tries at once give nothing back.
 */
@Injectable()
export class FactorGate {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly bothCounts: BothCountsStore,
    private readonly tickets: TicketsStore,
    private readonly tries: FactorTriesStore,
    private readonly factors: FactorsStore,
    private readonly audit: AuditService,
    private readonly notices: NoticesService,
    private readonly metrics: Metrics,
  ) {}

  async pass(door: FactorDoor): Promise<PassedGate | Refusal> {
    return (await this.passAtOnce(door)) ?? this.passInSteps(door);
  }

  /** Null where it cannot be done so, and nothing was counted. */
  private async passAtOnce({ ticketId }: FactorDoor): Promise<PassedGate | null> {
    if (ticketId === null || this.unitOfWork.oneAtATime) return null;
    const tries = await this.unitOfWork.single((tx) => this.bothCounts.count(tx, ticketId, this.clock.now()));
    return tries === null ? null : { tries, lockedUntil: null };
  }

  private async passInSteps(door: FactorDoor): Promise<PassedGate | Refusal> {
    return this.unitOfWork.run(async (tx) => {
      if (door.ticketId !== null) {
        const used = await this.tickets.countTry(tx, door.ticketId, TICKET_TRIES);
        if (used === null) return this.refused(tx, door, await this.ticketRefusal(tx, door.ticketId));
      }
      const account = await this.tries.count(tx, door.user.id, this.clock.now(), POLICY);
      if (account.counted) return { tries: account.tries, lockedUntil: account.lockedUntil };
      const refusal = account.disabled
        ? refuse('TOO_MANY_ATTEMPTS', { message: DISABLED_SENTENCE })
        : refuse('TOO_MANY_ATTEMPTS', { retryAt: account.lockedUntil ?? undefined });
      return this.refused(tx, door, refusal);
    });
  }

  async succeeded(tx: Tx, { user }: FactorDoor): Promise<void> {
    await this.tries.clear(tx, user.id);
  }

  /** A success of a sign-in, where the session clears the count as it is opened. */
  async verified(tx: Tx, { user, purpose, method, origin }: FactorDoor): Promise<void> {
    await this.record(tx, 'second-factor.verified', user, origin, { method, purpose });
  }

  /** The audit of a failure, what hangs on how many there were in a row, and what the person is told of it. */
  async failed(tx: Tx, door: FactorDoor, passed: PassedGate, failure: FailedCheck): Promise<Refusal> {
    await this.noteFailure(tx, door, passed, failure.why);
    const { code, message } = failure.refusal;
    const attemptsLeft = door.ticketId === null ? undefined : await this.attemptsLeft(tx, door.ticketId);
    return asRecorded(refuse(code, { message, attemptsLeft, retryAt: passed.lockedUntil ?? undefined }));
  }

  private async attemptsLeft(tx: Tx, ticketId: string): Promise<number> {
    return Math.max(0, TICKET_TRIES - (await this.tickets.triesOf(tx, ticketId)));
  }

  private async noteFailure(tx: Tx, door: FactorDoor, passed: PassedGate, why: string): Promise<void> {
    const { user, settings, origin, method } = door;
    await this.recordRefusal(tx, door, why);
    if (passed.tries === TELL_AT) await this.notices.tell(tx, 'wrong-factor-thrice', { user, settings, origin });
    if (passed.lockedUntil !== null) {
      tx.afterCommit(() => this.metrics.lockout());
      const until = passed.lockedUntil.toISOString();
      await this.record(tx, 'account.locked', user, origin, { until, failures: passed.tries });
    }
    if (passed.tries >= DISABLE_AT) {
      await this.factors.disableAll(tx, user.id, this.clock.now());
      await this.record(tx, 'factor.disabled', user, origin, { failures: passed.tries });
      await this.notices.tell(tx, 'factor-disabled', { user, settings, origin }, { method });
    }
  }

  private async refused(tx: Tx, door: FactorDoor, refusal: Refusal): Promise<Refusal> {
    await this.recordRefusal(tx, door, refusal.code);
    return asRecorded(refusal);
  }

  private async ticketRefusal(tx: Tx, ticketId: string): Promise<Refusal> {
    if ((await this.tickets.triesOf(tx, ticketId)) < TICKET_TRIES) return refuse('TICKET_INVALID');
    const message = 'This sign-in had too many wrong codes. Please sign in again.';
    return refuse('TOO_MANY_ATTEMPTS', { message, attemptsLeft: 0 });
  }

  private async recordRefusal(tx: Tx, door: FactorDoor, why: string): Promise<void> {
    const { purpose, method, user, origin } = door;
    const key = (
      {
        'sign-in': 'second-factor.refused',
        enrollment: 'enrollment.refused',
        reauthentication: 'reauthentication.refused',
      } as const
    )[purpose];
    await this.record(tx, key, user, origin, { method, purpose, why });
  }

  private async record(
    tx: Tx,
    key: Parameters<AuditService['record']>[1]['key'],
    { id, email, organizationId }: UserEntity,
    origin: Origin,
    facts: Record<string, string | number>,
  ): Promise<void> {
    await this.audit.record(tx, {
      organizationId,
      key,
      actor: { userId: id, email },
      subject: { id, email },
      origin,
      facts,
    });
  }
}
