import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, MoreThanOrEqual } from 'typeorm';
import { Clock, Random, sha256Hex } from '../platform/crypto/index.js';
import type { Tx } from '../platform/database/index.js';
import { EmailLinkEntity } from './email-link.entity.js';
import type { UserEntity } from './user.entity.js';

/** Confirmation links live a week: people are on holiday. They open nothing but the address they were sent to. */
export const EMAIL_LINK_SECONDS = 7 * 24 * 3600;

export interface IssuedLink {
  user: UserEntity;
  token: string;
  expiresAt: Date;
}

@Injectable()
export class EmailLinksStore {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** A new link ends the ones before it. The token is returned once; the row keeps its digest. */
  async issue(tx: Tx, user: UserEntity): Promise<{ token: string; expiresAt: Date }> {
    const [issued] = await this.issueMany(tx, [user]);
    if (issued === undefined) throw new Error('A link was not issued.');
    return { token: issued.token, expiresAt: issued.expiresAt };
  }

  /** As `issue`, for up to five hundred users at once. */
  async issueMany(tx: Tx, users: readonly UserEntity[]): Promise<IssuedLink[]> {
    if (users.length === 0) return [];
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + EMAIL_LINK_SECONDS * 1000);
    const issued = users.map((user) => ({ user, token: this.random.token(), expiresAt }));
    const standing = { userId: In(users.map(({ id }) => id)), consumedAt: IsNull() };
    await tx.manager.update(EmailLinkEntity, standing, { consumedAt: now });
    await tx.manager.insert(
      EmailLinkEntity,
      issued.map(({ user, token }) => ({
        id: this.random.id(now),
        organizationId: user.organizationId,
        userId: user.id,
        email: user.email,
        tokenHash: sha256Hex(token),
        createdAt: now,
        expiresAt,
        consumedAt: null,
      })),
    );
    return issued;
  }

  /** Which of these users, five hundred at most, were sent a link since then, whatever became of it. */
  async issuedSince(tx: Tx, userIds: readonly string[], since: Date): Promise<Set<string>> {
    if (userIds.length === 0) return new Set();
    const rows = await tx.repository(EmailLinkEntity).find({
      where: { userId: In([...userIds]), createdAt: MoreThanOrEqual(since) },
      select: { id: true, userId: true },
    });
    return new Set(rows.map(({ userId }) => userId));
  }

  async find(tx: Tx, token: string): Promise<EmailLinkEntity | null> {
    return tx.repository(EmailLinkEntity).findOneBy({
      tokenHash: sha256Hex(token),
      consumedAt: IsNull(),
      expiresAt: MoreThan(this.clock.now()),
    });
  }

  /** True for exactly one caller. */
  async consume(tx: Tx, id: string): Promise<boolean> {
    const now = this.clock.now();
    const { affected } = await tx.manager.update(
      EmailLinkEntity,
      { id, consumedAt: IsNull(), expiresAt: MoreThan(now) },
      { consumedAt: now },
    );
    return affected === 1;
  }

  async endAll(tx: Tx, userId: string): Promise<void> {
    await tx.manager.update(EmailLinkEntity, { userId, consumedAt: IsNull() }, { consumedAt: this.clock.now() });
  }
}
