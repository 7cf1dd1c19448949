import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { Clock, Random, sha256Hex } from '../../platform/crypto/index.js';
import { columnsOf, insertRows, instantParam, type Tx } from '../../platform/database/index.js';
import type { Origin } from '../../shared/actor.js';
import type { ApplicationKind, SendableMethod } from '../../shared/codes.js';
import type { UserEntity } from '../../users/index.js';
import { type UserRows, UserRowsStore } from '../policy/user-rows.store.js';
import { TicketEntity } from './ticket.entity.js';

/** Absolute, in seconds: no use of a ticket prolongs it. */
export const TICKET_SECONDS = 600;

export interface TicketRequest {
  applicationKind: ApplicationKind;
  useCookies: boolean;
  rememberMe: boolean;
  origin: Origin;
}

@Injectable()
export class TicketsStore {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly userRows: UserRowsStore,
  ) {}

  /** Not written yet: most sign-ins without a second factor never need the row. */
  draft(user: UserEntity, request: TicketRequest): { token: string; ticket: TicketEntity } {
    const now = this.clock.now();
    const token = this.random.token();
    const ticket: TicketEntity = {
      id: this.random.id(now),
      organizationId: user.organizationId,
      userId: user.id,
      tokenHash: sha256Hex(token),
      applicationKind: request.applicationKind,
      useCookies: request.useCookies,
      rememberMe: request.rememberMe,
      tries: 0,
      lastSent: null,
      ip: request.origin.ip,
      userAgent: request.origin.userAgent,
      createdAt: now,
      expiresAt: new Date(now.getTime() + TICKET_SECONDS * 1000),
      consumedAt: null,
    };
    return { token, ticket };
  }

  /** The token is given out once; the row keeps its digest. */
  async insert(tx: Tx, ticket: TicketEntity): Promise<void> {
    await insertRows(tx, TicketEntity, [ticket]);
  }

  async find(tx: Tx, token: string): Promise<TicketEntity | null> {
    return tx.repository(TicketEntity).findOneBy({
      tokenHash: sha256Hex(token),
      consumedAt: IsNull(),
      expiresAt: MoreThan(this.clock.now()),
    });
  }

  /** As `find`, with what the decision about its user begins with. */
  async findWithUser(tx: Tx, token: string): Promise<(UserRows & { ticket: TicketEntity }) | null> {
    const ticket = columnsOf(tx, TicketEntity, 't');
    const { select, joins, read } = this.userRows.statement(tx);
    const rows = await tx.rows(
      `SELECT ${ticket.select}, ${select} FROM tickets t JOIN users u ON u.id = t.userId ${joins}
       WHERE t.tokenHash = ? AND t.consumedAt IS NULL AND t.expiresAt > ?`,
      [sha256Hex(token), instantParam(this.clock.now())],
    );
    const [first] = rows;
    const found = first === undefined ? null : ticket.read(first);
    const user = read(rows);
    return found === null || user === null ? null : { ...user, ticket: found };
  }

  /** Counted before anything is looked at: how many there are then, or null where they are used up or the ticket ended. */
  async countTry(tx: Tx, id: string, limit: number): Promise<number | null> {
    return tx.countUp('tickets', 'tries', 'id = ? AND consumedAt IS NULL AND expiresAt > ? AND tries < ?', [
      id,
      instantParam(this.clock.now()),
      limit,
    ]);
  }

  async triesOf(tx: Tx, id: string): Promise<number> {
    const [row] = await tx.rows('SELECT tries FROM tickets WHERE id = ?', [id]);
    return Number(row?.tries ?? 0);
  }

  /** True for exactly one caller. */
  async consume(tx: Tx, id: string): Promise<boolean> {
    const now = instantParam(this.clock.now());
    const text = 'UPDATE tickets SET consumedAt = ? WHERE id = ? AND consumedAt IS NULL AND expiresAt > ?';
    return (await tx.write(text, [now, id, now])) === 1;
  }

  async noteSent(tx: Tx, id: string, method: SendableMethod): Promise<void> {
    await tx.manager.update(TicketEntity, { id }, { lastSent: method });
  }

  /** After a reset, a password change or a deactivation, no half-finished sign-in goes on. */
  async endAllOf(tx: Tx, userId: string): Promise<void> {
    await tx.manager.update(TicketEntity, { userId, consumedAt: IsNull() }, { consumedAt: this.clock.now() });
  }
}
