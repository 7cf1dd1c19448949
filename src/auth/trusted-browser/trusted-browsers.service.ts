import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { AuditService } from '../../audit/index.js';
import { Clock, Random } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import type { Origin } from '../../shared/actor.js';
import type { UserEntity } from '../../users/index.js';
import { newSplitToken, parseSplitToken, provesHash } from '../session/split-token.js';
import { earlier, plusSeconds } from '../session/session.times.js';
import { isTrusted } from './trusted-browser.policy.js';
import { TrustedBrowserEntity } from './trusted-browser.entity.js';

const DAY_SECONDS = 24 * 3_600;

export interface BrowserTrust {
  token: string;
  expiresAt: Date;
}

@Injectable()
export class TrustedBrowsersService {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly audit: AuditService,
  ) {}

  async remember(tx: Tx, user: UserEntity, settings: SettingsEntity, origin: Origin): Promise<BrowserTrust> {
    const now = this.clock.now();
    const split = newSplitToken(this.random);
    const expiresAt = plusSeconds(now, settings.rememberBrowserDays * DAY_SECONDS);
    await tx.manager.insert(TrustedBrowserEntity, {
      id: this.random.id(now),
      organizationId: user.organizationId,
      userId: user.id,
      selector: split.selector,
      tokenHash: split.hash,
      userEpoch: user.trustEpoch,
      settingsEpoch: settings.trustEpoch,
      ip: origin.ip,
      userAgent: origin.userAgent,
      createdAt: now,
      lastUsedAt: now,
      expiresAt,
      endedAt: null,
    });
    await this.record(tx, 'trusted-browser.added', user, origin, { until: expiresAt.toISOString() });
    return { token: split.token, expiresAt };
  }

  /** Lets a trusted browser skip the factor and gives it its next value; null where it is not trusted (any more). */
  async use(
    tx: Tx,
    token: string,
    user: UserEntity,
    settings: SettingsEntity,
    origin: Origin,
  ): Promise<BrowserTrust | null> {
    const now = this.clock.now();
    const parts = parseSplitToken(token);
    if (parts === null) return null;
    const row = await tx.repository(TrustedBrowserEntity).findOneBy({ selector: parts.selector, endedAt: IsNull() });
    // Somebody else's browser says nothing about this user.
    if (row?.userId !== user.id) return null;
    if (!provesHash(parts.secret, row.tokenHash)) return this.reused(tx, row, user, origin);
    if (!isTrusted(row, user, settings, now)) return null;
    const next = newSplitToken(this.random, row.selector);
    const { affected } = await tx.manager.update(
      TrustedBrowserEntity,
      { id: row.id, tokenHash: row.tokenHash, endedAt: IsNull() },
      { tokenHash: next.hash, lastUsedAt: now, ip: origin.ip, userAgent: origin.userAgent },
    );
    // Somebody showed the same value at this very moment: one of the two has stolen it.
    if (affected !== 1) return this.reused(tx, row, user, origin);
    await this.record(tx, 'trusted-browser.used', user, origin, { browser: row.id });
    const longest = plusSeconds(row.createdAt, settings.rememberBrowserDays * DAY_SECONDS);
    return { token: next.token, expiresAt: earlier(row.expiresAt, longest) };
  }

  async list(tx: Tx, user: UserEntity, settings: SettingsEntity): Promise<TrustedBrowserEntity[]> {
    const now = this.clock.now();
    const rows = await tx.repository(TrustedBrowserEntity).find({
      where: { userId: user.id, endedAt: IsNull(), expiresAt: MoreThan(now) },
      order: { lastUsedAt: 'DESC' },
      take: 200,
    });
    return rows.filter((row) => isTrusted(row, user, settings, now));
  }

  async find(tx: Tx, userId: string, id: string): Promise<TrustedBrowserEntity | null> {
    return tx.repository(TrustedBrowserEntity).findOneBy({ id, userId, endedAt: IsNull() });
  }

  async end(tx: Tx, id: string): Promise<void> {
    await tx.manager.update(TrustedBrowserEntity, { id, endedAt: IsNull() }, { endedAt: this.clock.now() });
  }

  async endAllOf(tx: Tx, userId: string): Promise<void> {
    await tx.manager.update(TrustedBrowserEntity, { userId, endedAt: IsNull() }, { endedAt: this.clock.now() });
  }

  private async reused(tx: Tx, { id }: TrustedBrowserEntity, user: UserEntity, origin: Origin): Promise<null> {
    await this.end(tx, id);
    await this.record(tx, 'trusted-browser.reuse-detected', user, origin, { browser: id });
    return null;
  }

  private async record(
    tx: Tx,
    key: 'trusted-browser.added' | 'trusted-browser.used' | 'trusted-browser.reuse-detected',
    user: UserEntity,
    origin: Origin,
    facts: Record<string, string>,
  ): Promise<void> {
    const { id, email, organizationId } = user;
    await this.audit.record(tx, {
      organizationId,
      key,
      actor: { userId: id, email },
      subject: { id, email },
      origin,
      facts,
    });
  }
}
