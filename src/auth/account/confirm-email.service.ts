import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { Clock, PasswordHasher } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import type { Origin } from '../../shared/actor.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { EmailLinksStore, normalizePassword, type UserEntity, UsersStore } from '../../users/index.js';
import { PasswordRules } from './password-rules.js';

export interface Confirmed {
  passwordSet: boolean;
}

/** The Verify button of a mail: confirms the address, and sets the first password where there is none. */
@Injectable()
export class ConfirmEmailService {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly links: EmailLinksStore,
    private readonly users: UsersStore,
    private readonly hasher: PasswordHasher,
    private readonly rules: PasswordRules,
    private readonly audit: AuditService,
  ) {}

  async confirm(token: string, newPassword: string | null, origin: Origin): Promise<Confirmed | Refusal> {
    const before = await this.unitOfWork.read((tx) => this.look(tx, token, newPassword));
    if (isRefusal(before)) return before;
    const passwordHash = newPassword === null ? null : await this.hasher.hash(normalizePassword(newPassword));
    return this.unitOfWork.run(async (tx) => {
      const again = await this.look(tx, token, newPassword);
      if (isRefusal(again)) return again;
      if (!(await this.links.consume(tx, again.linkId))) return refuse('LINK_INVALID');
      await this.write(tx, again.user, passwordHash, origin);
      return { passwordSet: passwordHash !== null };
    });
  }

  /** Used, expired, unknown, or for an address that the user no longer has: one and the same refusal. */
  private async look(
    tx: Tx,
    token: string,
    newPassword: string | null,
  ): Promise<{ linkId: string; user: UserEntity } | Refusal> {
    const link = token.length <= 100 ? await this.links.find(tx, token) : null;
    const user = link === null ? null : await this.users.byId(tx, link.userId);
    if (link === null || user?.active !== true || user.email !== link.email) return refuse('LINK_INVALID');
    if (newPassword === null) return { linkId: link.id, user };
    if (user.passwordHash !== null) {
      // A link that was mailed to confirm an address must not become a way to take the account over.
      return refuse('INVALID_VALUE', { message: 'This account has a password already. Open the link without one.' });
    }
    return (await this.rules.weakness(tx, user, newPassword)) ?? { linkId: link.id, user };
  }

  private async write(tx: Tx, user: UserEntity, passwordHash: string | null, origin: Origin): Promise<void> {
    const now = this.clock.now();
    const { id, email, organizationId } = user;
    const record = { organizationId, actor: { userId: id, email }, subject: { id, email }, origin };
    await this.users.update(tx, id, {
      emailConfirmedAt: user.emailConfirmedAt ?? now,
      ...(passwordHash === null ? {} : { passwordHash }),
    });
    await this.audit.record(tx, { ...record, key: 'email.confirmed' });
    if (passwordHash !== null) await this.audit.record(tx, { ...record, key: 'password.set' });
  }
}
