import { Injectable } from '@nestjs/common';
import { Brackets, type SelectQueryBuilder } from 'typeorm';
import { insertRows, type Tx } from '../platform/database/index.js';
import type { PageRequest } from '../shared/page.js';
import { AuditEventEntity } from './audit-event.entity.js';
import { ALL_AUDIT_KEYS } from './audit-keys.js';
import type { AuditSearch } from './audit-record.js';

/** Below the parameter limits of both engines (SQLite: 32 766, MySQL: 65 535), with twelve columns a row. */
const ROWS_PER_INSERT = 500;

/** Writing and searching. What the chain needs is in audit-chain.store. */
@Injectable()
export class AuditStore {
  async insert(tx: Tx, rows: AuditEventEntity[]): Promise<void> {
    for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
      await insertRows(tx, AuditEventEntity, rows.slice(start, start + ROWS_PER_INSERT));
    }
  }

  /** One row more than asked for, newest first. */
  async page(tx: Tx, organizationId: string, search: AuditSearch, page: PageRequest): Promise<AuditEventEntity[]> {
    const query = tx.manager
      .createQueryBuilder(AuditEventEntity, 'e')
      .where('e.organizationId = :organizationId', { organizationId })
      .orderBy('e.id', 'DESC')
      .take(page.first + 1);
    if (page.after !== null) query.andWhere('e.id < :after', { after: page.after });
    restrictKey(query, search.key);
    if (isGiven(search.actorId)) query.andWhere('e.actorId = :actorId', { actorId: search.actorId });
    if (isGiven(search.subjectId)) query.andWhere('e.subjectId = :subjectId', { subjectId: search.subjectId });
    restrictTime(query, search);
    restrictVisibility(query, search);
    return query.getMany();
  }
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

/** The known keys of that beginning: one IN list uses the index on either engine, which LIKE on SQLite does not. */
function restrictKey(query: SelectQueryBuilder<AuditEventEntity>, key: string | null | undefined): void {
  if (!isGiven(key) || key === '*') return;
  if (!key.endsWith('.') && !key.endsWith('*')) {
    query.andWhere('e.eventKey = :key', { key });
    return;
  }
  const beginning = key.replace(/\*$/, '');
  const keys = ALL_AUDIT_KEYS.filter((known) => known.startsWith(beginning));
  if (keys.length === 0) query.andWhere('1 = 0');
  else query.andWhere('e.eventKey IN (:...keys)', { keys });
}

/**
 * An id is never older than its event, so `from` also bounds the ids and the search stops there. It may be younger
 * (the ids of a process keep rising when its clock steps back), so `to` goes by the time alone: nothing is missed.
 */
function restrictTime(query: SelectQueryBuilder<AuditEventEntity>, { from, to }: AuditSearch): void {
  if (isGiven(from)) {
    query.andWhere('e.at >= :from', { from });
    query.andWhere('e.id >= :oldest', { oldest: oldestIdAt(from) });
  }
  if (isGiven(to)) query.andWhere('e.at <= :to', { to });
}

/** The first 48 bits of a UUIDv7 are its milliseconds (RFC 9562 §5.7). */
function oldestIdAt(time: Date): string {
  const hex = Math.max(time.getTime(), 0).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/**
 * What somebody may see follows the subject. An event by a colleague about somebody outside the wall would show that
 * person's address, so the actor counts only where there is no subject, or where he is the one who looks.
 */
function restrictVisibility(query: SelectQueryBuilder<AuditEventEntity>, search: AuditSearch): void {
  const { visibleUserIds, visibleTo } = search;
  if (isGiven(visibleUserIds)) {
    if (visibleUserIds.length === 0) query.andWhere('1 = 0');
    else query.andWhere(wall('IN (:...visibleUserIds)'), { visibleUserIds });
  }
  if (!isGiven(visibleTo)) return;
  const { userId, groupIds } = visibleTo;
  query.andWhere(
    new Brackets((either) => {
      either.where('e.subjectId = :me', { me: userId }).orWhere('e.actorId = :me');
      if (groupIds.length > 0) {
        // A read of a neighbour's table, for this wall alone: audit is a leaf and cannot ask roles who is in a group.
        const mates =
          'IN (SELECT m.userId FROM group_members m WHERE m.organizationId = :organizationId AND m.groupId IN (:...groupIds))';
        either.orWhere(wall(mates), { groupIds });
      }
    }),
  );
}

const wall = (inList: string): string => `(e.subjectId ${inList} OR (e.subjectId IS NULL AND e.actorId ${inList}))`;
