import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { PasswordHasher } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import { unauthenticated } from '../../shared/api-error.js';
import { asRecorded, refuse, type Refusal } from '../../shared/outcome.js';
import { normalizePassword, type UserEntity, UsersStore } from '../../users/index.js';
import { NoticesService } from '../factor/notices.service.js';
import { FactsLoader } from '../policy/facts.loader.js';
import { PasswordThrottleStore } from '../sign-in/password-throttle.store.js';
import { PasswordRules } from './password-rules.js';
import type { SignedInActor } from './own-two-factor.service.js';
import { TwoFactorRemover } from './two-factor-remover.js';

@Injectable()
export class PasswordService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UsersStore,
    private readonly facts: FactsLoader,
    private readonly hasher: PasswordHasher,
    private readonly throttle: PasswordThrottleStore,
    private readonly rules: PasswordRules,
    private readonly remover: TwoFactorRemover,
    private readonly notices: NoticesService,
    private readonly audit: AuditService,
  ) {}

  /** Ends every other session, and the trust in every browser. */
  async change(actor: SignedInActor, current: string, next: string): Promise<Refusal | null> {
    const user = await this.unitOfWork.read((tx) => this.users.byId(tx, actor.userId));
    if (user?.passwordHash == null) throw unauthenticated();
    const { ip } = actor.origin;
    const verdict = await this.unitOfWork.run((tx) => this.throttle.count(tx, user.email, ip, true));
    if (!verdict.ok) return this.refused(actor, refuse('TOO_MANY_ATTEMPTS', { retryAt: verdict.retryAt }));
    if (!(await this.hasher.verify(user.passwordHash, normalizePassword(current.slice(0, 1_024))))) {
      return this.refused(actor, refuse('INVALID_CREDENTIALS', { message: 'The current password is not right.' }));
    }
    const weakness = await this.unitOfWork.read((tx) => this.rules.weakness(tx, user, next));
    if (weakness !== null) return this.refused(actor, weakness);
    const passwordHash = await this.hasher.hash(normalizePassword(next));
    return this.unitOfWork.run((tx) => this.write(tx, actor, user, passwordHash));
  }

  private async write(tx: Tx, actor: SignedInActor, before: UserEntity, passwordHash: string): Promise<Refusal | null> {
    await this.users.hold(tx, before.id);
    const user = await this.users.byId(tx, before.id);
    // Changed by another session since the current password was checked.
    if (user?.passwordHash !== before.passwordHash) return refuse('INVALID_CREDENTIALS');
    const { settings } = await this.facts.ground(tx, user.organizationId);
    await this.users.update(tx, user.id, { passwordHash });
    await this.remover.endSignIns(tx, user, 'password-changed', actor.sessionId);
    await this.notices.tell(tx, 'password-changed', { user, settings, origin: actor.origin });
    const { organizationId, origin } = actor;
    const subject = { id: user.id, email: user.email };
    await this.audit.record(tx, { organizationId, key: 'password.changed', actor, subject, origin });
    // The user first and then the count, as at a sign-in: in the other order the two would wait for each other.
    await this.throttle.forgive(tx, user.email, origin.ip, true);
    return null;
  }

  private async refused(actor: SignedInActor, refusal: Refusal): Promise<Refusal> {
    const { organizationId, origin, userId, email } = actor;
    const subject = { id: userId, email };
    const record = { organizationId, actor, subject, origin, facts: { why: refusal.code } };
    await this.unitOfWork.run((tx) => this.audit.record(tx, { ...record, key: 'password.refused' }));
    return asRecorded(refusal);
  }
}
