import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import type { Actor } from '../../shared/actor.js';
import { forbidden, notFound } from '../../shared/api-error.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import { type ApiKeyEntity, ApiKeysStore, UsersStore } from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { ChangeAudit } from '../users/change-audit.js';
import { ID_LONGEST, UserTargets } from '../users/user-targets.js';
import { type ApiKeyRequest, checkApiKey } from './api-key.policy.js';

/** A key acts as its service user, so that whoever makes or ends one must hold what that user holds. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly change: AdminChange,
    private readonly targets: UserTargets,
    private readonly keys: ApiKeysStore,
    private readonly users: UsersStore,
    private readonly audit: ChangeAudit,
  ) {}

  /** @throws ApiError NOT_FOUND for a user whom the actor does not see */
  async list(actor: Actor, userId: string): Promise<ApiKeyEntity[]> {
    return this.unitOfWork.read(async (tx) => {
      const user = await this.targets.visible(tx, actor, userId);
      return this.keys.ofUser(tx, user.id);
    });
  }

  /** @throws ApiError FORBIDDEN for an API key: one that leaked could renew itself for ever. */
  async create(
    actor: Actor,
    userId: string,
    request: ApiKeyRequest,
  ): Promise<{ row: ApiKeyEntity; key: string } | Refusal> {
    if (actor.via !== 'session') {
      const facts = { operation: 'createApiKey', via: actor.via };
      await this.unitOfWork.run((tx) => this.audit.record(tx, actor, 'access.denied', null, facts));
      throw forbidden('Only a signed-in person can create API keys.');
    }
    return this.change.run(actor, 'createApiKey', async (tx) => {
      const target = await this.targets.forChange(tx, actor, userId);
      if (isRefusal(target)) return target;
      const { user } = target;
      const name = checkApiKey(user, request, this.clock.now());
      if (isRefusal(name)) return name;
      const created = await this.keys.create(tx, user, name, request.expiresAt);
      const facts = { id: created.row.id, name, expires: request.expiresAt?.toISOString() ?? null };
      await this.audit.record(tx, actor, 'api-key.created', user, facts);
      return created;
    });
  }

  /**
   * A key that has been revoked stays so, without a second event.
   * @throws ApiError NOT_FOUND for a key that is unknown, or whose user the actor does not see; FORBIDDEN where that
   * user holds more than the actor: the contract has no refusal here
   */
  async revoke(actor: Actor, id: string): Promise<void> {
    const outcome = await this.change.run(actor, 'revokeApiKey', async (tx) => {
      const row = id.length <= ID_LONGEST ? await this.keys.byId(tx, actor.organizationId, id) : null;
      if (row === null) throw notFound('API key');
      // Told by the name of what was asked for.
      if ((await this.users.visible(tx, actor, row.userId)) === null) throw notFound('API key');
      const target = await this.targets.forChange(tx, actor, row.userId);
      if (isRefusal(target)) return target;
      if (row.revokedAt !== null) return row;
      await this.keys.revoke(tx, row.id);
      await this.audit.record(tx, actor, 'api-key.revoked', target.user, { id: row.id, name: row.name });
      return row;
    });
    if (isRefusal(outcome)) throw forbidden(outcome.message);
  }
}
