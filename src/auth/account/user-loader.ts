import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { UnitOfWork } from '../../platform/database/index.js';
import type { GqlContext } from '../../platform/graphql/index.js';
import { UsersStore } from '../../users/index.js';
import { FactsLoader, type PolicyGround, type UserPolicy } from '../policy/facts.loader.js';

export interface LoadedUser extends UserPolicy {
  ground: PolicyGround;
}

/** For the fields of `User` that need more than its row: one batch for all users of one request. */
@Injectable()
export class UserTwoFactorLoader {
  private readonly loaders = new WeakMap<GqlContext, DataLoader<string, LoadedUser>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UsersStore,
    private readonly facts: FactsLoader,
  ) {}

  /** @throws Error for a user who is gone: whoever asks has shown the user in this very answer */
  async load(context: GqlContext, userId: string): Promise<LoadedUser> {
    let loader = this.loaders.get(context);
    if (loader === undefined) {
      loader = new DataLoader((ids) => this.batch(ids), { maxBatchSize: 500 });
      this.loaders.set(context, loader);
    }
    return loader.load(userId);
  }

  private async batch(ids: readonly string[]): Promise<(LoadedUser | Error)[]> {
    return this.unitOfWork.read(async (tx) => {
      const users = await this.users.byIds(tx, ids);
      const loaded = new Map<string, LoadedUser>();
      // One organization in practice: nobody sees across.
      for (const organizationId of new Set(users.map((user) => user.organizationId))) {
        const ground = await this.facts.ground(tx, organizationId);
        const own = users.filter((user) => user.organizationId === organizationId);
        for (const [id, policy] of await this.facts.forUsers(tx, own, 'WEB', ground))
          loaded.set(id, { ...policy, ground });
      }
      return ids.map((id) => loaded.get(id) ?? new Error('A user is gone.'));
    });
  }
}
