import { Injectable } from '@nestjs/common';
import { FactsLoader, type PolicyGround, type UserPolicy } from '../../auth/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { Actor } from '../../shared/actor.js';
import { notFound } from '../../shared/api-error.js';
import type { Refusal } from '../../shared/outcome.js';
import { type UserEntity, UsersStore } from '../../users/index.js';
import { actRefusal } from './grant.policy.js';

/** Ids have 36 characters; what is far longer need not travel to the database. */
export const ID_LONGEST = 64;

/** A user whom the actor may see and act on, with what is known of them in this very transaction. */
export interface Target {
  user: UserEntity;
  policy: UserPolicy;
  ground: PolicyGround;
}

/** The one way to a user whom an administrator names. */
@Injectable()
export class UserTargets {
  constructor(
    private readonly users: UsersStore,
    private readonly facts: FactsLoader,
  ) {}

  /** @throws ApiError NOT_FOUND, also for a user of another organization or outside of the actor's view */
  async visible(tx: Tx, actor: Actor, id: string): Promise<UserEntity> {
    const user = id.length <= ID_LONGEST ? await this.users.visible(tx, actor, id) : null;
    if (user === null) throw notFound('user');
    return user;
  }

  /** Inside an administrator's change. @throws ApiError NOT_FOUND as above */
  async forChange(tx: Tx, actor: Actor, id: string): Promise<Target | Refusal> {
    const user = await this.visible(tx, actor, id);
    const ground = await this.facts.freshGround(tx, actor.organizationId);
    const policy = await this.facts.forUser(tx, user, 'WEB', ground);
    return actRefusal(actor, policy.held) ?? { user, policy, ground };
  }
}
