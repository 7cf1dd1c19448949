import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { SettingsService } from '../../settings/index.js';
import type { Actor } from '../../shared/actor.js';
import { EmailLinksStore, type UserFilter, UsersStore } from '../../users/index.js';
import { ActivationMails } from './activation-mails.js';
import { awaitsConfirmation } from './activation.policy.js';
import { ChangeAudit } from './change-audit.js';

export interface BulkSend {
  queued: number;
  skipped: number;
}

/** Users in one unit of work: few enough that a sign-in never waits long behind one on SQLite. */
const BATCH = 100;
const COOL_DOWN_MS = 10 * 60 * 1000;

/**
 * Confirmation mails to many. Not an `AdminChange`: it changes nobody's rights, and must not hold the organization's
 * lock for a hundred thousand users.
 */
@Injectable()
export class ConfirmationsService {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: SettingsService,
    private readonly users: UsersStore,
    private readonly links: EmailLinksStore,
    private readonly mails: ActivationMails,
    private readonly audit: ChangeAudit,
  ) {}

  async resend(actor: Actor, filter: UserFilter): Promise<BulkSend> {
    const sent: BulkSend = { queued: 0, skipped: 0 };
    let finished = false;
    try {
      let afterId: string | null = '';
      while (afterId !== null) {
        afterId = await this.batch(actor, filter, afterId, sent);
        // SQLite answers within the turn, so that without this no other request would be looked at until the end.
        await nextTurn();
      }
      finished = true;
    } finally {
      // What was queued before something broke stays queued, and is told.
      const facts = { ...sent, finished };
      await this.unitOfWork.run((tx) => this.audit.record(tx, actor, 'users.confirmations-resent', null, facts));
    }
    return sent;
  }

  /** Adds to `sent` what was committed. Returns the id to go on after, or null at the end. */
  private async batch(actor: Actor, filter: UserFilter, afterId: string, sent: BulkSend): Promise<string | null> {
    const { seen, queued, last } = await this.unitOfWork.run(async (tx) => {
      const users = await this.users.batch(tx, actor, filter, afterId, BATCH);
      const waiting = users.filter(awaitsConfirmation);
      const since = new Date(this.clock.now().getTime() - COOL_DOWN_MS);
      const cooling = await this.links.issuedSince(
        tx,
        waiting.map(({ id }) => id),
        since,
      );
      const addressees = waiting.filter(({ id }) => !cooling.has(id));
      if (addressees.length > 0) {
        const { issuer } = await this.settings.of(tx, actor.organizationId);
        await this.mails.write(tx, addressees, issuer, 'BULK');
      }
      return { seen: users.length, queued: addressees.length, last: users.at(-1)?.id ?? null };
    });
    sent.queued += queued;
    sent.skipped += seen - queued;
    return seen < BATCH ? null : last;
  }
}
