import { Injectable } from '@nestjs/common';
import { SendWindowsStore } from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Actor } from '../../shared/actor.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import type { UserEntity } from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { ActivationMails } from './activation-mails.js';
import { activationRefusal } from './activation.policy.js';
import { ChangeAudit } from './change-audit.js';
import { UserTargets } from './user-targets.js';

@Injectable()
export class ActivationService {
  constructor(
    private readonly clock: Clock,
    private readonly change: AdminChange,
    private readonly targets: UserTargets,
    private readonly windows: SendWindowsStore,
    private readonly mails: ActivationMails,
    private readonly audit: ChangeAudit,
  ) {}

  async send(actor: Actor, userId: string): Promise<UserEntity | Refusal> {
    return this.change.run(actor, 'sendActivationEmail', async (tx) => {
      const target = await this.targets.forChange(tx, actor, userId);
      if (isRefusal(target)) return target;
      const { user, ground } = target;
      const refusal = activationRefusal(user);
      if (refusal !== null) return refusal;
      // Nobody's mailbox is to be flooded from here.
      const permit = await this.windows.take(tx, [`activation:${user.id}`], this.clock.now());
      if (!permit.ok) {
        const message = 'An activation mail was sent a moment ago. Please wait before you send another.';
        return refuse('RESEND_TOO_SOON', { message, retryAt: permit.retryAt });
      }
      await this.mails.write(tx, [user], ground.settings.issuer, 'NORMAL');
      await this.audit.record(tx, actor, 'user.activation-sent', user);
      return user;
    });
  }
}
