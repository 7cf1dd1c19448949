import { Injectable } from '@nestjs/common';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import type { GqlContext } from '../../platform/graphql/index.js';
import { heldRoles, NO_MEMBERSHIPS, permissionsOf, RolesStore, visibilityOf } from '../../roles/index.js';
import type { Actor } from '../../shared/actor.js';
import { API_KEY_PREFIX, ApiKeysStore, type UserEntity, UsersStore } from '../../users/index.js';
import { FactsLoader } from '../policy/facts.loader.js';
import { AccessTokensService } from '../session/access-tokens.service.js';
import { LiveSessions } from '../session/live-sessions.js';
import type { LiveSession } from '../session/sessions.store.js';

export interface Authenticated {
  actor: Actor;
  /** Null for an API key, which has nothing to prove again. */
  session: LiveSession | null;
}

const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;

type Rights = Pick<Actor, 'permissions' | 'visibility' | 'groupIds'>;
const NO_RIGHTS: Rights = { permissions: new Set(), visibility: 'OWN_GROUPS', groupIds: [] };

/** From a request to who it acts as. What a token says is looked up at every request, so that an ended session ends now. */
@Injectable()
export class Authenticator {
  private readonly rows = new WeakMap<Actor, UserEntity>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accessTokens: AccessTokensService,
    private readonly sessions: LiveSessions,
    private readonly apiKeys: ApiKeysStore,
    private readonly users: UsersStore,
    private readonly roles: RolesStore,
    private readonly facts: FactsLoader,
  ) {}

  /** The row that this request's actor was found by; null for an API key. */
  userOf(actor: Actor): UserEntity | null {
    return this.rows.get(actor) ?? null;
  }

  /** Null for nobody. Permissions are read only where a rule asks for one: without, an actor may do nothing by them. */
  async authenticate(context: GqlContext, withPermissions: boolean): Promise<Authenticated | null> {
    const credential = BEARER.exec(context.request.headers.authorization ?? '')?.[1] ?? context.cookies.read('access');
    if (credential === null || credential.length > 4_096) return null;
    if (credential.startsWith(API_KEY_PREFIX)) return this.byApiKey(context, credential, withPermissions);
    const claims = await this.accessTokens.read(credential);
    if (claims === null) return null;
    const session = await this.sessions.find(claims.sessionId);
    if (session?.user.id !== claims.userId) return null;
    const { sessionId, user } = session;
    const { id: userId, email, organizationId } = user;
    const rights = withPermissions
      ? await this.unitOfWork.read((tx) => this.rights(tx, userId, organizationId))
      : NO_RIGHTS;
    const actor: Actor = {
      via: 'session',
      sessionId,
      userId,
      email,
      organizationId,
      ...rights,
      origin: context.origin,
    };
    this.rows.set(actor, user);
    return { actor, session };
  }

  private async byApiKey(context: GqlContext, key: string, withPermissions: boolean): Promise<Authenticated | null> {
    const found = await this.unitOfWork.read(async (tx) => {
      const row = await this.apiKeys.usable(tx, key);
      const user = row === null ? null : await this.users.byId(tx, row.userId);
      if (row === null || user?.active !== true || user.kind !== 'SERVICE') return null;
      const rights = withPermissions ? await this.rights(tx, user.id, user.organizationId) : NO_RIGHTS;
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

  private async rights(tx: Tx, userId: string, organizationId: string): Promise<Rights> {
    const { catalogue } = await this.facts.ground(tx, organizationId);
    const memberships = (await this.roles.memberships(tx, [userId])).get(userId) ?? NO_MEMBERSHIPS;
    const held = heldRoles(catalogue, memberships);
    const groupIds = memberships.groups.map(({ groupId }) => groupId);
    return { permissions: permissionsOf(held), visibility: visibilityOf(held), groupIds };
  }
}
