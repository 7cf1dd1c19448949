import type { Permission, Visibility } from './codes.js';

/** Where a request came from, as far as the service itself could tell. */
export interface Origin {
  ip: string | null;
  userAgent: string | null;
}

/** The operator at the server's own shell, or the service itself: no session, no address. */
export const NO_ORIGIN: Origin = { ip: null, userAgent: null };

export interface SessionActor {
  via: 'session';
  sessionId: string;
}
export interface ApiKeyActor {
  via: 'api-key';
  apiKeyId: string;
}

/** Who a request acts as, after authentication. Permissions are those of all roles held, direct and through groups. */
export type Actor = (SessionActor | ApiKeyActor) & {
  userId: string;
  email: string;
  organizationId: string;
  permissions: ReadonlySet<Permission>;
  visibility: Visibility;
  groupIds: readonly string[];
  origin: Origin;
};
