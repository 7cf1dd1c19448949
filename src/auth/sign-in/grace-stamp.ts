import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import { type UserEntity, UsersStore } from '../../users/index.js';
import type { PolicyFacts } from '../policy/two-factor.policy.js';
import { type Decision } from '../policy/two-factor.policy.js';

/** Keeps when a role's requirement first reached a user, so that leaving and joining again begins no new grace. */
@Injectable()
export class GraceStamp {
  constructor(
    private readonly clock: Clock,
    private readonly users: UsersStore,
  ) {}

  /** True where it was written, and the decision has to be made again. */
  async stamp(
    tx: Tx,
    { user, policy, decision }: { user: UserEntity; policy: { facts: PolicyFacts }; decision: Decision },
  ): Promise<boolean> {
    const byRole = decision.reasons.some(({ rule }) => rule === 'role' || rule === 'group-role');
    if (!byRole || user.requirementReachedAt !== null) return false;
    const known = policy.facts.requiringRoles.flatMap(({ reachedAt }) =>
      reachedAt === null ? [] : [reachedAt.getTime()],
    );
    const reached = new Date(known.length > 0 ? Math.min(...known) : this.clock.now().getTime());
    await this.users.update(tx, user.id, { requirementReachedAt: reached });
    user.requirementReachedAt = reached;
    return true;
  }
}
