import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { Clock, Random, sha256Hex } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { Origin } from '../../shared/actor.js';
import type { ApplicationKind, SendableMethod } from '../../shared/codes.js';
import type { UserEntity } from '../../users/index.js';
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
    await tx.manager.insert(TicketEntity, ticket);
  }

  async find(tx: Tx, token: string): Promise<TicketEntity | null> {
    return tx.repository(TicketEntity).findOneBy({
      tokenHash: sha256Hex(token),
      consumedAt: IsNull(),
      expiresAt: MoreThan(this.clock.now()),
    });
  }

  /** Counted before anything is looked at. False where the tries are used up or the ticket has ended. */
  async countTry(tx: Tx, id: string, limit: number): Promise<boolean> {
    const { affected } = await tx.manager
      .createQueryBuilder()
      .update(TicketEntity)
      .set({ tries: () => 'tries + 1' })
      .where('id = :id AND consumedAt IS NULL AND expiresAt > :now AND tries < :limit', {
        id,
        now: this.clock.now(),
        limit,
      })
      .execute();
    return affected === 1;
  }

  async triesOf(tx: Tx, id: string): Promise<number> {
    const row = await tx.repository(TicketEntity).findOne({ where: { id }, select: { id: true, tries: true } });
    return row?.tries ?? 0;
  }

  /** True for exactly one caller. */
  async consume(tx: Tx, id: string): Promise<boolean> {
    const now = this.clock.now();
    const guard = { id, consumedAt: IsNull(), expiresAt: MoreThan(now) };
    return (await tx.manager.update(TicketEntity, guard, { consumedAt: now })).affected === 1;
  }

  async noteSent(tx: Tx, id: string, method: SendableMethod): Promise<void> {
    await tx.manager.update(TicketEntity, { id }, { lastSent: method });
  }

  /** After a reset, a password change or a deactivation, no half-finished sign-in goes on. */
  async endAllOf(tx: Tx, userId: string): Promise<void> {
    await tx.manager.update(TicketEntity, { userId, consumedAt: IsNull() }, { consumedAt: this.clock.now() });
  }
}
