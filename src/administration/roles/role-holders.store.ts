import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Tx } from '../../platform/database/index.js';
import { RolesStore } from '../../roles/index.js';
import { UserEntity } from '../../users/index.js';

const CHUNK = 500;

/** What a change of a role or group does to the people who hold it. */
@Injectable()
export class RoleHoldersStore {
  constructor(private readonly roles: RolesStore) {}

  async membersOf(tx: Tx, groupId: string): Promise<string[]> {
    return this.roles.userIdsInGroup(tx, groupId);
  }

  async holdersOf(tx: Tx, roleId: string): Promise<string[]> {
    return this.roles.userIdsWithRole(tx, roleId);
  }

  /** A customer's account is never an administrator's, by whichever way a permission would come to it. */
  async includesPortalUser(tx: Tx, userIds: readonly string[]): Promise<boolean> {
    for (let from = 0; from < userIds.length; from += CHUNK) {
      const ids = In(userIds.slice(from, from + CHUNK));
      if (await tx.repository(UserEntity).existsBy({ id: ids, kind: 'PORTAL' })) return true;
    }
    return false;
  }

  /**
   * Keeps, for members who have no such time yet, when the requirement reached them through this group: `from`, or when
   * they joined it. Without it, a group that loses a role and gets it back would give everyone a second grace.
   */
  async keepReached(tx: Tx, groupId: string, userIds: readonly string[], from: Date): Promise<void> {
    for (let start = 0; start < userIds.length; start += CHUNK) {
      await tx.manager
        .createQueryBuilder()
        .update(UserEntity)
        .set({
          requirementReachedAt: () =>
            '(SELECT CASE WHEN m.since > :from THEN m.since ELSE :from END FROM group_members m WHERE m.userId = users.id AND m.groupId = :groupId)',
        })
        .where('requirementReachedAt IS NULL AND id IN (:...ids)', { ids: userIds.slice(start, start + CHUNK) })
        .setParameters({ from, groupId })
        .execute();
    }
  }
}
