import { Injectable } from '@nestjs/common';
import { instantFrom, type Tx } from '../../platform/database/index.js';
import type { Memberships } from '../../roles/index.js';

export interface Belongings {
  memberships: Memberships;
  recoveryCodesLeft: number;
}

const ONE_LOOK = `
  SELECT 'role' AS kind, roleId AS ref, since FROM role_members WHERE userId = ?
  UNION ALL SELECT 'group', groupId, since FROM group_members WHERE userId = ?
  UNION ALL SELECT 'code', id, createdAt FROM recovery_codes WHERE userId = ? AND usedAt IS NULL`;

/**
 * What one user belongs to and has left, in one look at three tables of neighbours: it is asked three times in each
 * sign-in, and what a sign-in costs is the number of its questions. For many users there are the neighbours' own ways.
 */
@Injectable()
export class BelongingsStore {
  async of(tx: Tx, userId: string): Promise<Belongings> {
    const rows = await tx.rows(ONE_LOOK, [userId, userId, userId]);
    const some = (kind: string) => rows.filter((row) => row.kind === kind);
    return {
      memberships: {
        roles: some('role').map(({ ref, since }) => ({ roleId: String(ref), since: instantFrom(since) })),
        groups: some('group').map(({ ref, since }) => ({ groupId: String(ref), since: instantFrom(since) })),
      },
      recoveryCodesLeft: some('code').length,
    };
  }
}
