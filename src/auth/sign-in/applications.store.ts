import { Injectable } from '@nestjs/common';
import { Clock, constantTimeEqual, Random, sha256Hex } from '../../platform/crypto/index.js';
import { isDuplicateKey, type Tx } from '../../platform/database/index.js';
import type { ApplicationKind } from '../../shared/codes.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import { ApplicationEntity } from './application.entity.js';

@Injectable()
export class ApplicationsStore {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async create(
    tx: Tx,
    organizationId: string,
    name: string,
    kind: ApplicationKind,
  ): Promise<{ application: ApplicationEntity; secret: string } | Refusal> {
    const now = this.clock.now();
    const secret = this.random.token();
    const application = {
      id: this.random.id(now),
      organizationId,
      name,
      kind,
      secretHash: sha256Hex(secret),
      createdAt: now,
    };
    try {
      await tx.manager.insert(ApplicationEntity, application);
    } catch (error) {
      if (isDuplicateKey(error)) return refuse('NAME_TAKEN');
      throw error;
    }
    return { application, secret };
  }

  async all(tx: Tx, organizationId: string): Promise<ApplicationEntity[]> {
    return tx.repository(ApplicationEntity).find({ where: { organizationId }, order: { name: 'ASC' } });
  }

  async byId(tx: Tx, organizationId: string, id: string): Promise<ApplicationEntity | null> {
    return tx.repository(ApplicationEntity).findOneBy({ organizationId, id });
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(ApplicationEntity, { id });
  }

  /**
   * The kind that a caller has proven to be. Null for credentials that prove nothing: they are refused rather than
   * taken for WEB, since a client that sends them means them.
   */
  async proven(
    tx: Tx,
    organizationId: string,
    credentials: { id: string; secret: string },
  ): Promise<ApplicationKind | null> {
    const application = await this.byId(tx, organizationId, credentials.id);
    const hash = application?.secretHash ?? '';
    return constantTimeEqual(sha256Hex(credentials.secret), hash) ? (application?.kind ?? null) : null;
  }
}
