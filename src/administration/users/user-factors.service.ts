import { Injectable } from '@nestjs/common';
import { NoticesService, TwoFactorRemover } from '../../auth/index.js';
import type { FactorEntity } from '../../otp/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { Actor } from '../../shared/actor.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { FactorTriesStore, type UserEntity, UsersStore } from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { ChangeAudit } from './change-audit.js';
import { FactorDrop } from './factor-drop.js';
import { type Target, UserTargets } from './user-targets.js';

/** What the help desk does when a phone is lost, or a code was mistyped too often. */
@Injectable()
export class UserFactorsService {
  constructor(
    private readonly change: AdminChange,
    private readonly targets: UserTargets,
    private readonly remover: TwoFactorRemover,
    private readonly factorDrop: FactorDrop,
    private readonly tries: FactorTriesStore,
    private readonly users: UsersStore,
    private readonly notices: NoticesService,
    private readonly audit: ChangeAudit,
  ) {}

  /** Takes everything away and leaves "Use 2FA" as it is: policy decides whether the next sign-in enrolls anew. */
  async reset(actor: Actor, userId: string): Promise<UserEntity | Refusal> {
    return this.onPerson(actor, 'resetTwoFactor', userId, async (tx, { user, ground }) => {
      const removed = await this.remover.removeAll(tx, user);
      await this.audit.record(tx, actor, 'factor.reset-by-admin', user, { removed: methodsOf(removed) });
      await this.notices.tell(tx, 'factor-reset', { user, settings: ground.settings, origin: actor.origin });
    });
  }

  /** As a reset, and "Use 2FA" becomes NO. */
  async disable(actor: Actor, userId: string): Promise<UserEntity | Refusal> {
    return this.onPerson(actor, 'disableTwoFactorFor', userId, async (tx, { user, ground }) => {
      const removed = await this.remover.removeAll(tx, user);
      const useTwoFactor = false;
      await this.users.update(tx, user.id, { useTwoFactor });
      user.useTwoFactor = useTwoFactor;
      const facts = { removed: methodsOf(removed), useTwoFactor };
      await this.audit.record(tx, actor, 'factor.disabled-by-admin', user, facts);
      const person = { user, settings: ground.settings, origin: actor.origin };
      const [only, ...others] = removed;
      if (only !== undefined && others.length === 0) {
        await this.notices.tell(tx, 'factor-disabled', person, { method: only.method });
      } else {
        await this.notices.tell(tx, 'factor-reset', person);
      }
    });
  }

  /** Ends a lock. What a hundred wrong codes disabled is taken away, so that the next sign-in enrolls anew. */
  async unlock(actor: Actor, userId: string): Promise<UserEntity | Refusal> {
    return this.onPerson(actor, 'unlockUser', userId, async (tx, { user, policy, ground }) => {
      const failures = user.factorTries;
      await this.tries.clear(tx, user.id);
      const disabled = policy.factors.filter(({ disabledAt }) => disabledAt !== null);
      await this.factorDrop.drop(tx, user, disabled);
      await this.audit.record(tx, actor, 'account.unlocked', user, { failures, removed: methodsOf(disabled) });
      const person = { user, settings: ground.settings, origin: actor.origin };
      for (const { method } of disabled) await this.notices.tell(tx, 'factor-removed', person, { method });
    });
  }

  private async onPerson(
    actor: Actor,
    operation: string,
    userId: string,
    work: (tx: Tx, target: Target) => Promise<void>,
  ): Promise<UserEntity | Refusal> {
    return this.change.run(actor, operation, async (tx) => {
      const target = await this.targets.forChange(tx, actor, userId);
      if (isRefusal(target)) return target;
      if (target.user.kind === 'SERVICE') {
        return refuse('INVALID_VALUE', { message: 'A service user acts by API key alone and has no second factor.' });
      }
      await work(tx, target);
      return target.user;
    });
  }
}

const methodsOf = (factors: readonly FactorEntity[]): string => factors.map(({ method }) => method).join(' ');
