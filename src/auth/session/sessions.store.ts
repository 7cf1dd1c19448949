import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, Not } from 'typeorm';
import type { Tx } from '../../platform/database/index.js';
import { type SessionEnd, SessionEntity } from './session.entity.js';

/** What every request needs to know of the session it claims, in one query. */
export interface LiveSession {
  sessionId: string;
  userId: string;
  organizationId: string;
  email: string;
  reauthenticatedAt: Date | null;
  reauthenticatedUntil: Date | null;
}

@Injectable()
export class SessionsStore {
  async insert(tx: Tx, session: SessionEntity): Promise<void> {
    await tx.manager.insert(SessionEntity, session);
  }

  /** Null where the session has ended or its user is not active: seen at the very next request. */
  async live(tx: Tx, id: string, now: Date): Promise<LiveSession | null> {
    const row = await tx
      .repository(SessionEntity)
      .createQueryBuilder('s')
      .innerJoin('users', 'u', 'u.id = s.userId AND u.active = :active', { active: true })
      .where('s.id = :id AND s.endedAt IS NULL AND s.expiresAt > :now', { id, now })
      .select(['s.id', 's.userId', 's.organizationId', 's.reauthenticatedAt', 's.reauthenticatedUntil'])
      .addSelect('u.email', 'email')
      .getRawAndEntities<{ email: string }>();
    const session = row.entities[0];
    const raw = row.raw[0];
    if (session === undefined || raw === undefined) return null;
    const { userId, organizationId, reauthenticatedAt, reauthenticatedUntil } = session;
    return { sessionId: session.id, userId, organizationId, email: raw.email, reauthenticatedAt, reauthenticatedUntil };
  }

  /** Whether a user has signed in at this address since. Asked for unknown names as well, so that it takes the same time. */
  async knowsAddress(tx: Tx, email: string, ip: string | null, since: Date): Promise<boolean> {
    if (ip === null) return false;
    const found = await tx
      .repository(SessionEntity)
      .createQueryBuilder('s')
      .innerJoin('users', 'u', 'u.id = s.userId AND u.email = :email', { email })
      .select('s.id', 'id')
      .where('s.ip = :ip AND s.createdAt > :since', { ip, since })
      .limit(1)
      .getRawMany();
    return found.length > 0;
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
