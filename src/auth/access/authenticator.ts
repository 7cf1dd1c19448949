import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import type { GqlContext } from '../../platform/graphql/index.js';
import { heldRoles, NO_MEMBERSHIPS, permissionsOf, RolesStore, visibilityOf } from '../../roles/index.js';
import type { Actor } from '../../shared/actor.js';
import { API_KEY_PREFIX, ApiKeysStore, UsersStore } from '../../users/index.js';
import { FactsLoader } from '../policy/facts.loader.js';
import { AccessTokensService } from '../session/access-tokens.service.js';
import { type LiveSession, SessionsStore } from '../session/sessions.store.js';

export interface Authenticated {
  actor: Actor;
  /** Null for an API key, which has nothing to prove again. */
  session: LiveSession | null;
}

const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;
const NONE: ReadonlySet<never> = new Set();

/** From a request to who it acts as. What a token says is looked up at every request, so that an ended session ends now. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly accessTokens: AccessTokensService,
    private readonly sessions: SessionsStore,
    private readonly apiKeys: ApiKeysStore,
    private readonly users: UsersStore,
    private readonly roles: RolesStore,
    private readonly facts: FactsLoader,
  ) {}

  /** Null for nobody. Permissions are read only where a rule asks for one: without, an actor may do nothing by them. */
  async authenticate(context: GqlContext, withPermissions: boolean): Promise<Authenticated | null> {
    const credential = BEARER.exec(context.request.headers.authorization ?? '')?.[1] ?? context.cookies.read('access');
    if (credential === null || credential.length > 4_096) return null;
    if (credential.startsWith(API_KEY_PREFIX)) return this.byApiKey(context, credential, withPermissions);
    const claims = await this.accessTokens.read(credential);
    if (claims === null) return null;
    return this.unitOfWork.read(async (tx) => {
      const session = await this.sessions.live(tx, claims.sessionId, this.clock.now());
      if (session?.userId !== claims.userId) return null;
      const { sessionId, userId, email, organizationId } = session;
      const rights = await this.rights(tx, userId, organizationId, withPermissions);
      return {
        actor: { via: 'session', sessionId, userId, email, organizationId, ...rights, origin: context.origin },
        session,
      };
    });
  }

  private async byApiKey(context: GqlContext, key: string, withPermissions: boolean): Promise<Authenticated | null> {
    const found = await this.unitOfWork.read(async (tx) => {
      const row = await this.apiKeys.usable(tx, key);
      const user = row === null ? null : await this.users.byId(tx, row.userId);
      if (row === null || user?.active !== true || user.kind !== 'SERVICE') return null;
      const rights = await this.rights(tx, user.id, user.organizationId, withPermissions);
      const { id: userId, email, organizationId } = user;
      const actor: Actor = {
        via: 'api-key',
        apiKeyId: row.id,
        userId,
        email,
        organizationId,
        ...rights,
        origin: context.origin,
      };
      return { row, actor };
    });
    if (found === null) return null;
    if (this.apiKeys.isStale(found.row)) await this.unitOfWork.run((tx) => this.apiKeys.touch(tx, found.row.id));
    return { actor: found.actor, session: null };
  }

  private async rights(
    tx: Tx,
    userId: string,
    organizationId: string,
    wanted: boolean,
  ): Promise<Pick<Actor, 'permissions' | 'visibility' | 'groupIds'>> {
    if (!wanted) return { permissions: NONE, visibility: 'OWN_GROUPS', groupIds: [] };
    const { catalogue } = await this.facts.ground(tx, organizationId);
    const memberships = (await this.roles.memberships(tx, [userId])).get(userId) ?? NO_MEMBERSHIPS;
    const held = heldRoles(catalogue, memberships);
    const groupIds = memberships.groups.map(({ groupId }) => groupId);
    return { permissions: permissionsOf(held), visibility: visibilityOf(held), groupIds };
  }
}
