import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, Not } from 'typeorm';
import { columnsOf, insertRows, instantFrom, instantParam, marks, type Tx } from '../../platform/database/index.js';
import { UserEntity } from '../../users/index.js';
import { type SessionEnd, SessionEntity } from './session.entity.js';

/** What every request needs to know of the session it claims, in one query. */
export interface LiveSession {
  sessionId: string;
  /** As the row is at this request. */
  user: UserEntity;
  reauthenticatedAt: Date | null;
  reauthenticatedUntil: Date | null;
}

@Injectable()
export class SessionsStore {
  async insert(tx: Tx, session: SessionEntity): Promise<void> {
    await insertRows(tx, SessionEntity, [session]);
  }

  /**
   * Of these sessions those that have not ended and whose user is active, with the user: seen at the very next request.
   * One statement for all that ask at the same moment.
   */
  async live(tx: Tx, ids: readonly string[], now: Date): Promise<Map<string, LiveSession>> {
    const user = columnsOf(tx, UserEntity, 'u');
    const rows = await tx.rows(
      `SELECT s.id AS sessionId, s.reauthenticatedAt, s.reauthenticatedUntil, ${user.select}
       FROM sessions s JOIN users u ON u.id = s.userId
       WHERE s.id IN (${marks(ids)}) AND s.endedAt IS NULL AND s.expiresAt > ?`,
      [...ids, instantParam(now)],
    );
    const live = new Map<string, LiveSession>();
    for (const row of rows) {
      const owner = user.read(row);
      if (owner?.active !== true) continue;
      const sessionId = String(row.sessionId);
      live.set(sessionId, {
        sessionId,
        user: owner,
        reauthenticatedAt: row.reauthenticatedAt === null ? null : instantFrom(row.reauthenticatedAt),
        reauthenticatedUntil: row.reauthenticatedUntil === null ? null : instantFrom(row.reauthenticatedUntil),
      });
    }
    return live;
  }

  async bySelector(tx: Tx, refreshSelector: string): Promise<SessionEntity | null> {
    return tx.repository(SessionEntity).findOneBy({ refreshSelector });
  }

  async byId(tx: Tx, id: string): Promise<SessionEntity | null> {
    return tx.repository(SessionEntity).findOneBy({ id });
  }

  /** Newest first; those that could still be used. */
  async ofUser(tx: Tx, userId: string, now: Date): Promise<SessionEntity[]> {
    const usable = { userId, endedAt: IsNull(), expiresAt: MoreThan(now), idleUntil: MoreThan(now) };
    return tx.repository(SessionEntity).find({ where: usable, order: { lastSeenAt: 'DESC', id: 'DESC' }, take: 200 });
  }

  /** The refresh value moves on for whoever shows the one that stands; true for exactly one caller. */
  async rotate(
    tx: Tx,
    session: SessionEntity,
    next: Pick<SessionEntity, 'refreshHash' | 'lastSeenAt' | 'idleUntil'>,
  ): Promise<boolean> {
    const guard = { id: session.id, refreshHash: session.refreshHash, endedAt: IsNull() };
    return (await tx.manager.update(SessionEntity, guard, next)).affected === 1;
  }

  async reauthenticated(tx: Tx, id: string, at: Date, until: Date): Promise<void> {
    const change = { reauthenticatedAt: at, reauthenticatedUntil: until };
    await tx.manager.update(SessionEntity, { id, endedAt: IsNull() }, change);
  }

  async prolong(tx: Tx, id: string, until: Date): Promise<void> {
    await tx.manager.update(SessionEntity, { id, endedAt: IsNull() }, { reauthenticatedUntil: until });
  }

  async end(tx: Tx, id: string, endReason: SessionEnd, now: Date): Promise<boolean> {
    return (
      (await tx.manager.update(SessionEntity, { id, endedAt: IsNull() }, { endedAt: now, endReason })).affected === 1
    );
  }

  /** @param except the session that stays, where there is one */
  async endAllOf(
    tx: Tx,
    userIds: readonly string[],
    endReason: SessionEnd,
    now: Date,
    except?: string,
  ): Promise<number> {
    let ended = 0;
    for (let from = 0; from < userIds.length; from += 500) {
      const guard = {
        userId: In(userIds.slice(from, from + 500)),
        endedAt: IsNull(),
        ...(except === undefined ? {} : { id: Not(except) }),
      };
      ended += (await tx.manager.update(SessionEntity, guard, { endedAt: now, endReason })).affected ?? 0;
    }
    return ended;
  }
}
