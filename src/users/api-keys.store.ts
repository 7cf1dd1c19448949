import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Clock, Random, sha256Hex } from '../platform/crypto/index.js';
import type { Tx } from '../platform/database/index.js';
import { ApiKeyEntity } from './api-key.entity.js';
import type { UserEntity } from './user.entity.js';

/** Recognizable, so that secret scanners find one that was committed somewhere. */
export const API_KEY_PREFIX = 'csk_';
const TOUCH_EVERY_MS = 60_000;

@Injectable()
export class ApiKeysStore {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async create(
    tx: Tx,
    user: UserEntity,
    name: string,
    expiresAt: Date | null,
  ): Promise<{ row: ApiKeyEntity; key: string }> {
    const now = this.clock.now();
    const key = API_KEY_PREFIX + this.random.token();
    const row = tx.manager.create(ApiKeyEntity, {
      id: this.random.id(now),
      organizationId: user.organizationId,
      userId: user.id,
      name,
      keyHash: sha256Hex(key),
      createdAt: now,
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
    });
    await tx.manager.insert(ApiKeyEntity, row);
    return { row, key };
  }

  async usable(tx: Tx, key: string): Promise<ApiKeyEntity | null> {
    const row = await tx.repository(ApiKeyEntity).findOneBy({ keyHash: sha256Hex(key), revokedAt: IsNull() });
    return row !== null && (row.expiresAt === null || row.expiresAt > this.clock.now()) ? row : null;
  }

  /** Once a minute is enough to tell whether a key is still in use. */
  isStale(row: ApiKeyEntity): boolean {
    return row.lastUsedAt === null || this.clock.now().getTime() - row.lastUsedAt.getTime() > TOUCH_EVERY_MS;
  }

  async touch(tx: Tx, id: string): Promise<void> {
    await tx.manager.update(ApiKeyEntity, { id }, { lastUsedAt: this.clock.now() });
  }

  async byId(tx: Tx, organizationId: string, id: string): Promise<ApiKeyEntity | null> {
    return tx.repository(ApiKeyEntity).findOneBy({ organizationId, id });
  }

  async ofUser(tx: Tx, userId: string): Promise<ApiKeyEntity[]> {
    return tx.repository(ApiKeyEntity).find({ where: { userId, revokedAt: IsNull() }, order: { id: 'ASC' } });
  }

  async revoke(tx: Tx, id: string): Promise<void> {
    await tx.manager.update(ApiKeyEntity, { id, revokedAt: IsNull() }, { revokedAt: this.clock.now() });
  }
}
