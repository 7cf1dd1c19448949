import { Injectable } from '@nestjs/common';
import {
  ChallengesService,
  EnrollmentsStore,
  type FactorEntity,
  FactorsStore,
  HardwareTokensService,
  RecoveryCodesService,
} from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import { FactorTriesStore, type UserEntity, UsersStore } from '../../users/index.js';
import type { SessionEnd } from '../session/session.entity.js';
import { SessionsStore } from '../session/sessions.store.js';
import { TicketsStore } from '../sign-in/tickets.store.js';
import { TrustedBrowsersService } from '../trusted-browser/trusted-browsers.service.js';

/** What must not outlive a reset, a deactivation or a new password: sessions, browsers, tickets, codes and links. */
@Injectable()
export class TwoFactorRemover {
  constructor(
    private readonly clock: Clock,
    private readonly factors: FactorsStore,
    private readonly recoveryCodes: RecoveryCodesService,
    private readonly enrollments: EnrollmentsStore,
    private readonly challenges: ChallengesService,
    private readonly hardwareTokens: HardwareTokensService,
    private readonly tries: FactorTriesStore,
    private readonly users: UsersStore,
    private readonly sessions: SessionsStore,
    private readonly tickets: TicketsStore,
    private readonly trustedBrowsers: TrustedBrowsersService,
  ) {}

  /**
   * Takes all factors and recovery codes away and clears the count of failures, which an audited act may do.
   * @param keepSession the session in which a person does it to themselves; all others end
   */
  async removeAll(tx: Tx, user: UserEntity, keepSession?: string): Promise<FactorEntity[]> {
    const removed = await this.factors.removeAll(tx, user.id);
    await this.recoveryCodes.removeAll(tx, user.id);
    await this.hardwareTokens.unprove(tx, user.id);
    await this.tries.clear(tx, user.id);
    await this.users.update(tx, user.id, { preferredMethod: null });
    await this.endSignIns(tx, user, 'two-factor-reset', keepSession);
    return removed;
  }

  /** Ends what is open and what is half-finished; links and codes under way open nothing any more. */
  async endSignIns(tx: Tx, user: UserEntity, why: SessionEnd, keepSession?: string): Promise<void> {
    const now = this.clock.now();
    await this.sessions.endAllOf(tx, [user.id], why, now, keepSession);
    await this.tickets.endAllOf(tx, user.id);
    await this.enrollments.endAllOf(tx, user.id, now);
    await this.challenges.endAllOf(tx, user.id, now);
    await this.trustedBrowsers.endAllOf(tx, user.id);
    await this.users.moveTrustEpoch(tx, [user.id]);
    user.trustEpoch += 1;
  }
}
