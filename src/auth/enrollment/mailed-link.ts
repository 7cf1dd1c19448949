import { Injectable } from '@nestjs/common';
import { Outbox } from '../../notification/index.js';
import { SendWindowsStore, windowOfDestination, windowOfUser } from '../../otp/index.js';
import { Clock, Random, sha256Hex } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import { maskEmail } from '../../shared/mask.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import type { UserEntity } from '../../users/index.js';
import { plusSeconds } from '../session/session.times.js';
import type { CodeSentType } from '../sign-in/sign-in.types.js';

export interface MailedLink {
  linkHash: string;
  linkExpiresAt: Date;
  sent: CodeSentType;
}

/** Mails the link to a QR code. The row of the enrollment keeps a digest; the message keeps it sealed until it has left. */
@Injectable()
export class MailedLinks {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly windows: SendWindowsStore,
    private readonly outbox: Outbox,
  ) {}

  async send(
    tx: Tx,
    user: UserEntity,
    settings: SettingsEntity,
    template: 'enrollment-link' | 'totp-reset-link',
  ): Promise<MailedLink | Refusal> {
    const now = this.clock.now();
    const permit = await this.windows.take(tx, [windowOfUser(user.id), windowOfDestination(user.email)], now);
    if (!permit.ok) return refuse('RESEND_TOO_SOON', { retryAt: permit.retryAt });
    const token = this.random.token();
    const linkExpiresAt = plusSeconds(now, settings.enrollmentLinkSeconds);
    const message = await this.outbox.write(tx, {
      organizationId: user.organizationId,
      userId: user.id,
      channel: 'EMAIL',
      priority: 'CODE',
      template,
      locale: user.locale,
      destination: user.email,
      facts: {
        issuer: settings.issuer,
        name: user.displayName,
        seconds: String(settings.enrollmentLinkSeconds),
      },
      linkToken: token,
      expiresAt: linkExpiresAt,
    });
    const sent: CodeSentType = {
      method: 'EMAIL',
      destination: maskEmail(user.email),
      expiresAt: linkExpiresAt,
      resendAt: permit.resendAt,
      delivery: message.status,
    };
    return { linkHash: sha256Hex(token), linkExpiresAt, sent };
  }
}
