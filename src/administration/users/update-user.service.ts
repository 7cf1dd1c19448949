import { Injectable } from '@nestjs/common';
import { TwoFactorRemover } from '../../auth/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { Actor } from '../../shared/actor.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import { EmailLinksStore, type UpdateUserInput, type UserEntity, UsersStore } from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { ChangeAudit } from './change-audit.js';
import { ContactChanges } from './contact-changes.js';
import { MembershipChanges } from './membership-changes.js';
import { checkUserChange, type UserChange } from './user-fields.policy.js';
import { type Target, UserTargets } from './user-targets.js';

@Injectable()
export class UpdateUserService {
  constructor(
    private readonly change: AdminChange,
    private readonly targets: UserTargets,
    private readonly memberships: MembershipChanges,
    private readonly contacts: ContactChanges,
    private readonly users: UsersStore,
    private readonly links: EmailLinksStore,
    private readonly remover: TwoFactorRemover,
    private readonly audit: ChangeAudit,
  ) {}

  async update(actor: Actor, id: string, input: UpdateUserInput): Promise<UserEntity | Refusal> {
    return this.change.run(actor, 'updateUser', async (tx) => {
      const target = await this.targets.forChange(tx, actor, id);
      if (isRefusal(target)) return target;
      const { user } = target;
      const change = checkUserChange(user, input);
      if (isRefusal(change)) return change;
      const membership = await this.memberships.apply(tx, actor, target, input);
      if (isRefusal(membership)) return membership;
      const refusal = await this.apply(tx, actor, target, change);
      if (refusal !== null) return refusal;
      const changed = [...Object.keys(change), ...membership.changed];
      if (changed.length > 0) {
        const facts = { changed: changed.join(' '), ...membership.facts };
        await this.audit.record(tx, actor, 'user.updated', user, facts);
      }
      return user;
    });
  }

  /** The columns first, then what follows from them. */
  private async apply(tx: Tx, actor: Actor, { user, ground }: Target, change: UserChange): Promise<Refusal | null> {
    const { email, phone } = user;
    const columns: Partial<UserEntity> = {
      ...change,
      ...(change.email === undefined ? {} : { emailConfirmedAt: null }),
      ...(change.phone === undefined ? {} : { phoneConfirmedAt: null }),
    };
    const refusal = await this.users.update(tx, user.id, columns);
    if (refusal !== null) return refusal;
    Object.assign(user, columns);
    if (change.email !== undefined) await this.contacts.emailChanged(tx, actor, user, ground.settings, email);
    if (change.phone !== undefined) await this.contacts.phoneChanged(tx, actor, user, ground.settings, phone);
    if (change.useTwoFactor !== undefined || change.canToggleTwoFactor !== undefined) {
      const facts = { useTwoFactor: user.useTwoFactor, canToggle: user.canToggleTwoFactor };
      await this.audit.record(tx, actor, 'user.two-factor-use-changed', user, facts);
    }
    if (change.active !== undefined) await this.activated(tx, actor, user);
    return null;
  }

  private async activated(tx: Tx, actor: Actor, user: UserEntity): Promise<void> {
    if (user.active) {
      await this.audit.record(tx, actor, 'user.activated', user);
      return;
    }
    await this.remover.endSignIns(tx, user, 'deactivated');
    await this.links.endAll(tx, user.id);
    await this.audit.record(tx, actor, 'user.deactivated', user);
  }
}
