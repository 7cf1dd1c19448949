import { Injectable } from '@nestjs/common';
import { FactsLoader, type PolicyGround } from '../../auth/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { isAdministrator, RolesStore } from '../../roles/index.js';
import { UserEntity, UsersStore } from '../../users/index.js';
import type { ChangedGround } from './changed-ground.service.js';
import { type Verdict, verdictOf } from './verdict.policy.js';

const CHUNK = 500;

/** Decides for users as a sign-in would, once as things stand and once as they would be. */
@Injectable()
export class Judge {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UsersStore,
    private readonly roles: RolesStore,
    private readonly facts: FactsLoader,
  ) {}

  async verdicts(
    userIds: readonly string[],
    before: PolicyGround,
    changed: ChangedGround,
    now: Date,
  ): Promise<Map<string, Verdict>> {
    const verdicts = new Map<string, Verdict>();
    for (let from = 0; from < userIds.length; from += CHUNK) {
      const ids = userIds.slice(from, from + CHUNK);
      for (const [id, verdict] of await this.some(ids, before, changed, now)) verdicts.set(id, verdict);
    }
    return verdicts;
  }

  private async some(
    ids: readonly string[],
    before: PolicyGround,
    { ground, kept }: ChangedGround,
    now: Date,
  ): Promise<[string, Verdict][]> {
    return this.unitOfWork.readAside(async (tx) => {
      const users = await this.users.byIds(tx, ids);
      const was = await this.facts.forUsers(tx, users, 'WEB', before);
      const memberships = kept === null ? null : await this.roles.memberships(tx, ids);
      const changed = users.map((user) => {
        const member = memberships?.get(user.id)?.groups.find(({ groupId }) => groupId === kept?.groupId);
        if (kept === null || member === undefined || user.requirementReachedAt !== null) return user;
        const requirementReachedAt = member.since > kept.from ? member.since : kept.from;
        return Object.assign(new UserEntity(), user, { requirementReachedAt });
      });
      const is = await this.facts.forUsers(tx, changed, 'WEB', ground);
      return users.flatMap(({ id }): [string, Verdict][] => {
        const [old, fresh] = [was.get(id), is.get(id)];
        if (old === undefined || fresh === undefined) return [];
        return [[id, verdictOf(old.facts, fresh.facts, isAdministrator(fresh.held), now)]];
      });
    });
  }
}
