import { Injectable } from '@nestjs/common';
import { FactorEntity } from '../../otp/index.js';
import { columnsOf, instantFrom, type Tx } from '../../platform/database/index.js';
import type { Memberships } from '../../roles/index.js';
import { UserEntity } from '../../users/index.js';

/** All that is kept of one user and matters when it is decided. */
export interface UserRows {
  user: UserEntity;
  /** Of the user's organization: by it settings and roles that are kept are known to hold. */
  version: number;
  factors: FactorEntity[];
  memberships: Memberships;
  recoveryCodesLeft: number;
}

/** The part of a statement that reads users with what belongs to them, as `u`, `o` and `f`. */
export interface UserSelect {
  readonly select: string;
  readonly joins: string;
  /** The first user in the rows, which stands in as many as there are factors; null where there is none. */
  readonly read: (rows: readonly Readonly<Record<string, unknown>>[]) => UserRows | null;
}

/**
 * One look at six tables, four of them of neighbours: it is asked three times in each sign-in, and what a sign-in costs
 * is the number of its questions. For many users at once there are the neighbours' own ways.
 */
@Injectable()
export class UserRowsStore {
  async byId(tx: Tx, id: string): Promise<UserRows | null> {
    const { select, joins, read } = this.statement(tx);
    return read(await tx.rows(`SELECT ${select} FROM users u ${joins} WHERE u.id = ?`, [id]));
  }

  statement(tx: Tx): UserSelect {
    const user = columnsOf(tx, UserEntity, 'u');
    const factor = columnsOf(tx, FactorEntity, 'f');
    const list = tx.onSqlite ? 'json_group_array' : 'JSON_ARRAYAGG';
    return {
      select: `o.version AS version, ${user.select}, ${factor.select},
        (SELECT ${list}(CONCAT(rm.roleId, ' ', rm.since)) FROM role_members rm WHERE rm.userId = u.id) AS inRoles,
        (SELECT ${list}(CONCAT(gm.groupId, ' ', gm.since)) FROM group_members gm WHERE gm.userId = u.id) AS inGroups,
        (SELECT COUNT(*) FROM recovery_codes rc WHERE rc.userId = u.id AND rc.usedAt IS NULL) AS codesLeft`,
      joins: 'JOIN organizations o ON o.id = u.organizationId LEFT JOIN factors f ON f.userId = u.id',
      read(rows) {
        const [first] = rows;
        const found = first === undefined ? null : user.read(first);
        if (first === undefined || found === null) return null;
        return {
          user: found,
          version: Number(first.version),
          // Put in order here: for an ORDER BY, MariaDB would write these few rows to a file and read them back.
          factors: rows.flatMap((row) => factor.read(row) ?? []).sort(firstConfirmed),
          memberships: {
            roles: refs(first.inRoles).map(([roleId, since]) => ({ roleId, since })),
            groups: refs(first.inGroups).map(([groupId, since]) => ({ groupId, since })),
          },
          recoveryCodesLeft: Number(first.codesLeft),
        };
      },
    };
  }
}

const firstConfirmed = (a: FactorEntity, b: FactorEntity): number =>
  a.confirmedAt.getTime() - b.confirmedAt.getTime() || (a.id < b.id ? -1 : 1);

/** Out of `["id instant", …]`, which MySQL's driver has parsed already and the others' has not. */
function refs(value: unknown): [id: string, since: Date][] {
  if (value === null || value === undefined) return [];
  const list = (typeof value === 'string' ? JSON.parse(value) : value) as string[];
  return list.map((text) => {
    const space = text.indexOf(' ');
    return [text.slice(0, space), instantFrom(text.slice(space + 1))];
  });
}
