import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { instantFrom, isDuplicateKey, marks, type Tx } from '../platform/database/index.js';
import { AuditEventEntity } from './audit-event.entity.js';
import { AuditHeadEntity } from './audit-head.entity.js';
import { RAW_EVENT_COLUMNS, type RawEvent, type RawHead, type SealedEvent } from './audit-rows.js';

/** Another process sealed the same events first: the transaction must be given up. */
export class LostRace extends Error {}

export interface Seal {
  id: string;
  position: number;
  mac: string;
  keyId: string;
}

/** The statements of sealing and verifying. */
@Injectable()
export class AuditChainStore {
  /**
   * One look into the index for each organization, however many events it has. A read of a neighbour's table: neither
   * engine can find the organizations in the events alone without going through them all.
   */
  async organizationsWithUnsealed(tx: Tx): Promise<string[]> {
    const rows: { id: string }[] = await tx.manager.query(`
      SELECT o.id AS id FROM organizations o
      WHERE EXISTS (SELECT 1 FROM audit_events e WHERE e.organizationId = o.id AND e.position IS NULL)`);
    return rows.map((row) => row.id);
  }

  /** When the oldest event was written that is not in a chain; null where all are. Ids are in the order of time. */
  async oldestUnsealed(tx: Tx): Promise<Date | null> {
    const [row] = await tx.rows(
      `SELECT e.at AS at FROM audit_events e WHERE e.id = (SELECT MIN(x.id) FROM (
         SELECT (SELECT MIN(u.id) FROM audit_events u WHERE u.organizationId = o.id AND u.position IS NULL) AS id
         FROM organizations o) x)`,
      [],
    );
    return row === undefined ? null : instantFrom(row.at);
  }

  async head(tx: Tx, organizationId: string): Promise<RawHead | null> {
    const head = await tx.manager
      .createQueryBuilder(AuditHeadEntity, 'h')
      .select('h.organizationId', 'organizationId')
      .addSelect('h.position', 'position')
      .addSelect('h.lastMac', 'lastMac')
      .addSelect('h.headMac', 'headMac')
      .addSelect('h.headKeyId', 'headKeyId')
      .addSelect('h.sealedAt', 'sealedAt')
      .addSelect('h.lastEventId', 'lastEventId')
      .where('h.organizationId = :organizationId', { organizationId })
      .getRawOne<RawHead>();
    return head ?? null;
  }

  unsealed(tx: Tx, organizationId: string, limit: number, afterId?: string): Promise<RawEvent[]> {
    const query = rawEvents(tx, organizationId).andWhere('e.position IS NULL');
    // COALESCE keeps the id out of the choice of an index: by it, SQLite would go through all that is sealed.
    if (afterId !== undefined) query.andWhere("COALESCE(e.id, '') > :afterId", { afterId });
    return query.orderBy('e.id').limit(limit).getRawMany<RawEvent>();
  }

  /** In the order of the chain; from the very first for null, since a forged place could be zero or less. */
  sealedAfter(tx: Tx, organizationId: string, position: number | null, limit: number): Promise<SealedEvent[]> {
    const query = rawEvents(tx, organizationId).andWhere('e.position IS NOT NULL');
    if (position !== null) query.andWhere('e.position > :position', { position });
    return query.orderBy('e.position').limit(limit).getRawMany<SealedEvent>();
  }

  byId(tx: Tx, organizationId: string, afterId: string, limit: number): Promise<RawEvent[]> {
    const query = rawEvents(tx, organizationId).andWhere('e.id > :afterId', { afterId });
    return query.orderBy('e.id').limit(limit).getRawMany<RawEvent>();
  }

  async macAt(tx: Tx, organizationId: string, position: number): Promise<string | null> {
    const query = rawEvents(tx, organizationId).andWhere('e.position = :position', { position });
    return (await query.getRawOne<RawEvent>())?.mac ?? null;
  }

  /** Both in one statement, and so of one moment: the chain may grow while it is looked at. */
  async beyondHead(tx: Tx, organizationId: string): Promise<string | null> {
    const row = await tx.manager
      .createQueryBuilder(AuditEventEntity, 'e')
      .select('e.id', 'id')
      .innerJoin(AuditHeadEntity, 'h', 'h.organizationId = e.organizationId AND e.position > h.position')
      .where('e.organizationId = :organizationId', { organizationId })
      .orderBy('e.position')
      .limit(1)
      .getRawOne<{ id: string }>();
    return row?.id ?? null;
  }

  /** @throws LostRace when the head is not the one that `seen` shows any more */
  async moveHead(tx: Tx, seen: RawHead | null, next: AuditHeadEntity): Promise<void> {
    if (seen === null) {
      await lostWhenDuplicate(() => tx.manager.insert(AuditHeadEntity, next));
      return;
    }
    const { organizationId, ...changes } = next;
    const result = await tx.manager
      .createQueryBuilder()
      .update(AuditHeadEntity)
      .set(changes)
      .where('organizationId = :organizationId', { organizationId })
      .andWhere('position = :seenPosition AND headMac = :seenMac', {
        seenPosition: seen.position,
        seenMac: seen.headMac,
      })
      .execute();
    if (result.affected !== 1) throw new LostRace();
  }

  /**
   * One statement for the batch, by hand: the builder takes longer over its text than the database over the rows.
   * @throws LostRace unless all of them were still unsealed
   */
  async seal(tx: Tx, organizationId: string, seals: readonly Seal[]): Promise<void> {
    const ids = seals.map(({ id }) => id);
    const byId = `CASE id ${seals.map(() => 'WHEN ? THEN ?').join(' ')} END`;
    const valuesOf = (name: keyof Seal) => seals.flatMap((seal) => [seal.id, seal[name]]);
    const matched = await lostWhenDuplicate(() =>
      tx.write(
        `UPDATE audit_events SET position = ${byId}, mac = ${byId}, macKeyId = ${byId}
         WHERE organizationId = ? AND position IS NULL AND id IN (${marks(ids)})`,
        [...valuesOf('position'), ...valuesOf('mac'), ...valuesOf('keyId'), organizationId, ...ids],
      ),
    );
    if (matched !== seals.length) throw new LostRace();
  }
}

function rawEvents(tx: Tx, organizationId: string): SelectQueryBuilder<AuditEventEntity> {
  const query = tx.manager.createQueryBuilder(AuditEventEntity, 'e').select([]);
  for (const column of RAW_EVENT_COLUMNS) query.addSelect(`e.${column}`, column);
  return query.where('e.organizationId = :organizationId', { organizationId });
}

async function lostWhenDuplicate<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDuplicateKey(error)) throw new LostRace();
    throw error;
  }
}
