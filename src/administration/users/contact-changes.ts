import { Injectable } from '@nestjs/common';
import { NoticesService } from '../../auth/index.js';
import { ChallengesService, EnrollmentsStore, FactorsStore } from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import type { Actor } from '../../shared/actor.js';
import type { SendableMethod } from '../../shared/codes.js';
import { maskPhone } from '../../shared/mask.js';
import { EmailLinksStore, type UserEntity, UsersStore } from '../../users/index.js';
import { ChangeAudit } from './change-audit.js';
import { FactorDrop } from './factor-drop.js';

/** What follows from another address or number: whatever proved the old one proves nothing about the new one. */
@Injectable()
export class ContactChanges {
  constructor(
    private readonly clock: Clock,
    private readonly factors: FactorsStore,
    private readonly factorDrop: FactorDrop,
    private readonly enrollments: EnrollmentsStore,
    private readonly challenges: ChallengesService,
    private readonly links: EmailLinksStore,
    private readonly users: UsersStore,
    private readonly notices: NoticesService,
    private readonly audit: ChangeAudit,
  ) {}

  /** @param user with the new address, which is unconfirmed */
  async emailChanged(tx: Tx, actor: Actor, user: UserEntity, settings: SettingsEntity, before: string): Promise<void> {
    await this.links.endAll(tx, user.id);
    await this.forget(tx, user, 'EMAIL');
    // Also where no factor goes: the account may have passed to somebody else.
    await this.users.moveTrustEpoch(tx, [user.id]);
    await this.audit.record(tx, actor, 'email.changed', user, { from: before, to: user.email });
    const person = { user, settings, origin: actor.origin };
    // To the old address too: its owner is the one who would notice a change that nobody asked for.
    for (const to of [before, user.email]) {
      await this.notices.tell(tx, 'email-changed', person, { newAddress: user.email }, to);
    }
  }

  /** @param user with the new number, or without one */
  async phoneChanged(
    tx: Tx,
    actor: Actor,
    user: UserEntity,
    settings: SettingsEntity,
    before: string | null,
  ): Promise<void> {
    const masked = (phone: string | null): string | null => (phone === null ? null : maskPhone(phone));
    await this.forget(tx, user, 'SMS');
    await this.audit.record(tx, actor, 'phone.changed', user, { from: masked(before), to: masked(user.phone) });
    const person = { user, settings, origin: actor.origin };
    await this.notices.tell(tx, 'phone-changed', person, { newPhone: masked(user.phone) ?? '-' });
  }

  /** The factor, and codes and set-ups under way. */
  private async forget(tx: Tx, user: UserEntity, method: SendableMethod): Promise<void> {
    const now = this.clock.now();
    const factor = await this.factors.find(tx, user.id, method);
    if (factor !== null) await this.factorDrop.drop(tx, user, [factor]);
    await this.enrollments.endAllOf(tx, user.id, now);
    await this.challenges.endAllOf(tx, user.id, now);
  }
}
