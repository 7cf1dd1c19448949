import { Injectable } from '@nestjs/common';
import { Outbox } from '../../notification/index.js';
import type { Tx } from '../../platform/database/index.js';
import { EMAIL_LINK_SECONDS, EmailLinksStore, type UserEntity } from '../../users/index.js';

/** Writes the mails with the link that confirms an address and may set the first password. A new one ends the old. */
@Injectable()
export class ActivationMails {
  constructor(
    private readonly links: EmailLinksStore,
    private readonly outbox: Outbox,
  ) {}

  /** @param users all of one organization, the one that the issuer is of */
  async write(tx: Tx, users: readonly UserEntity[], issuer: string, priority: 'NORMAL' | 'BULK'): Promise<void> {
    const issued = await this.links.issueMany(tx, users);
    await this.outbox.writeMany(
      tx,
      issued.map(({ user, token, expiresAt }) => ({
        organizationId: user.organizationId,
        userId: user.id,
        channel: 'EMAIL',
        priority,
        template: 'activation',
        locale: user.locale,
        destination: user.email,
        facts: { issuer, name: user.displayName, seconds: String(EMAIL_LINK_SECONDS) },
        linkToken: token,
        expiresAt,
      })),
    );
  }
}
