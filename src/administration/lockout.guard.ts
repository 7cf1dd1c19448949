import { Injectable } from '@nestjs/common';
import { decide, enrollableMethods, FactsLoader, isBarred } from '../auth/index.js';
import { Clock } from '../platform/crypto/index.js';
import type { Tx } from '../platform/database/index.js';
import { RolesStore } from '../roles/index.js';
import { refuse, type Refusal } from '../shared/outcome.js';
import { UsersStore } from '../users/index.js';

/** Whether the organization still has an administrator who can sign in. Asked at the end of every change. */
@Injectable()
export class LockoutGuard {
  constructor(
    private readonly clock: Clock,
    private readonly facts: FactsLoader,
    private readonly roles: RolesStore,
    private readonly users: UsersStore,
  ) {}

  /** Reads what the change has written in this very transaction, which holds the organization's lock. */
  async refusal(tx: Tx, organizationId: string): Promise<Refusal | null> {
    const ground = await this.facts.freshGround(tx, organizationId);
    const role = ground.catalogue.roles.find(({ builtIn }) => builtIn === 'ADMINISTRATOR');
    const ids = role === undefined ? [] : await this.roles.userIdsWithRole(tx, role.id);
    const candidates = (await this.users.byIds(tx, ids)).filter(
      ({ active, kind, passwordHash }) => active && kind === 'MEMBER' && passwordHash !== null,
    );
    const now = this.clock.now();
    const policies = await this.facts.forUsers(tx, candidates, 'WEB', ground);
    for (const policy of policies.values()) {
      const { facts, user } = policy;
      const decision = decide(facts, now);
      // A hundred wrong codes have closed that account's sign-in until somebody resets it.
      if (isBarred({ decision, policy, user })) continue;
      if (decision.outcome !== 'ENROLL' || enrollableMethods(facts.user, facts.organization).length > 0) return null;
    }
    return refuse('WOULD_LOCK_OUT_ADMINISTRATORS');
  }
}
