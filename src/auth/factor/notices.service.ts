import { Injectable } from '@nestjs/common';
import { Outbox, type TemplateName } from '../../notification/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import type { Origin } from '../../shared/actor.js';
import type { UserEntity } from '../../users/index.js';

type Notice = Extract<
  TemplateName,
  | 'factor-added'
  | 'factor-removed'
  | 'factor-reset'
  | 'factor-disabled'
  | 'recovery-code-used'
  | 'password-changed'
  | 'email-changed'
  | 'phone-changed'
  | 'wrong-factor-thrice'
>;

/** Tells a person by mail what happened to their account (ASVS 5.0 6.3.5, 6.3.7), in the transaction in which it did. */
@Injectable()
export class NoticesService {
  constructor(
    private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  /** @param to another address than the present one, such as the one before a change */
  async tell(
    tx: Tx,
    notice: Notice,
    person: { user: UserEntity; settings: SettingsEntity; origin: Origin },
    facts: Record<string, string> = {},
    to?: string,
  ): Promise<void> {
    const { user, settings, origin } = person;
    await this.outbox.write(tx, {
      organizationId: user.organizationId,
      userId: user.id,
      channel: 'EMAIL',
      priority: 'NORMAL',
      template: notice,
      locale: user.locale,
      destination: to ?? user.email,
      facts: {
        issuer: settings.issuer,
        name: user.displayName,
        time: this.clock.now().toISOString(),
        ...(origin.userAgent === null ? {} : { browser: origin.userAgent }),
        ...(origin.ip === null ? {} : { ip: origin.ip }),
        ...facts,
      },
    });
  }
}
