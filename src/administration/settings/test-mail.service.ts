import { Injectable } from '@nestjs/common';
import { Outbox } from '../../notification/index.js';
import { SendWindowsStore } from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { type DoneType, done } from '../../platform/graphql/index.js';
import { SettingsService } from '../../settings/index.js';
import type { Actor } from '../../shared/actor.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { checkEmail } from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { ChangeAudit } from '../users/change-audit.js';

/** Shows whether mail arrives. As rare as codes are, so that it floods nobody's mailbox. */
@Injectable()
export class TestMailService {
  constructor(
    private readonly clock: Clock,
    private readonly change: AdminChange,
    private readonly windows: SendWindowsStore,
    private readonly settings: SettingsService,
    private readonly outbox: Outbox,
    private readonly audit: ChangeAudit,
  ) {}

  async send(actor: Actor, to: string): Promise<DoneType | Refusal> {
    return this.change.run(actor, 'sendTestEmail', async (tx) => {
      const destination = checkEmail(to.slice(0, 1_000));
      if (isRefusal(destination)) return destination;
      const { organizationId } = actor;
      const now = this.clock.now();
      const permit = await this.windows.take(tx, [`test-mail:${organizationId}`], now);
      if (!permit.ok) {
        const message = 'A test mail was sent a moment ago. Please wait before you send another.';
        return refuse('RESEND_TOO_SOON', { message, retryAt: permit.retryAt });
      }
      const { issuer } = await this.settings.of(tx, organizationId);
      await this.outbox.write(tx, {
        organizationId,
        userId: null,
        channel: 'EMAIL',
        priority: 'NORMAL',
        template: 'test',
        locale: 'en',
        destination,
        facts: { issuer, time: now.toISOString() },
      });
      await this.audit.record(tx, actor, 'test-mail.sent', null, { to: destination });
      return done('A test mail is on its way.');
    });
  }
}
