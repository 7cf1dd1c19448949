import { Brackets, type SelectQueryBuilder } from 'typeorm';
import type { Tx } from '../platform/database/index.js';
import type { Visibility } from '../shared/codes.js';
import { type Page, type PageRequest, toPage } from '../shared/page.js';
import { UserEntity } from './user.entity.js';
import type { UserFilter } from './users.types.js';

/** Whose users a caller may see: everyone's, or those of the caller's own groups (and the caller). */
export interface Sight {
  organizationId: string;
  visibility: Visibility;
  userId: string;
  groupIds: readonly string[];
}

/** Addresses have at most 254 characters, names 120. */
const SEARCH_LONGEST = 254;

const escapeLike = (text: string): string => text.replace(/[!%_]/g, (character) => `!${character}`);

/** The wall around every list, id and bulk action. The tables of neighbours are read here for the wall alone. */
export function visibleUsers(tx: Tx, sight: Sight): SelectQueryBuilder<UserEntity> {
  const query = tx
    .repository(UserEntity)
    .createQueryBuilder('u')
    .where('u.organizationId = :organizationId', { organizationId: sight.organizationId });
  if (sight.visibility === 'ALL') return query;
  return query.andWhere(
    new Brackets((own) => {
      own.where('u.id = :self', { self: sight.userId });
      if (sight.groupIds.length === 0) return;
      own.orWhere('EXISTS (SELECT 1 FROM group_members v WHERE v.userId = u.id AND v.groupId IN (:...sightGroups))', {
        sightGroups: [...sight.groupIds],
      });
    }),
  );
}

export function filteredUsers(tx: Tx, sight: Sight, filter: UserFilter): SelectQueryBuilder<UserEntity> {
  const query = visibleUsers(tx, sight);
  const search = filter.search?.trim() ?? '';
  if (search.length > SEARCH_LONGEST) {
    // Longer than any address or name, and than the pattern that a database takes: it is in none of them.
    query.andWhere('1 = 0');
  } else if (search !== '') {
    query.andWhere("(LOWER(u.email) LIKE :search ESCAPE '!' OR LOWER(u.displayName) LIKE :search ESCAPE '!')", {
      search: `%${escapeLike(search.toLowerCase())}%`,
    });
  }
  if (typeof filter.emailConfirmed === 'boolean') {
    query.andWhere(`u.emailConfirmedAt IS ${filter.emailConfirmed ? 'NOT NULL' : 'NULL'}`);
  }
  if (typeof filter.enrolled === 'boolean') {
    query.andWhere(`${filter.enrolled ? '' : 'NOT '}EXISTS (SELECT 1 FROM factors f WHERE f.userId = u.id)`);
  }
  if (typeof filter.active === 'boolean') query.andWhere('u.active = :active', { active: filter.active });
  if (filter.kind) query.andWhere('u.kind = :kind', { kind: filter.kind });
  // An empty id names no group: were it no filter, a bulk action would reach everyone.
  if (typeof filter.groupId === 'string') {
    query.andWhere('EXISTS (SELECT 1 FROM group_members g WHERE g.userId = u.id AND g.groupId = :groupId)', {
      groupId: filter.groupId,
    });
  }
  if (typeof filter.roleId === 'string') {
    query.andWhere(
      `(EXISTS (SELECT 1 FROM roles a WHERE a.id = :roleId AND a.organizationId = u.organizationId AND a.builtIn = 'ALL')
        OR EXISTS (SELECT 1 FROM role_members r WHERE r.userId = u.id AND r.roleId = :roleId)
        OR EXISTS (SELECT 1 FROM group_members m JOIN group_roles h ON h.groupId = m.groupId
                   WHERE m.userId = u.id AND h.roleId = :roleId))`,
      { roleId: filter.roleId },
    );
  }
  return query;
}

/** In the order of the addresses; the cursor is the last address. */
export async function pageOfUsers(
  tx: Tx,
  sight: Sight,
  filter: UserFilter,
  page: PageRequest,
): Promise<Page<UserEntity>> {
  const query = filteredUsers(tx, sight, filter)
    .orderBy('u.email', 'ASC')
    .limit(page.first + 1);
  if (page.after !== null) query.andWhere('u.email > :after', { after: page.after });
  return toPage(await query.getMany(), page, (user) => user.email);
}
