import 'reflect-metadata';
import type { Permission } from './codes.js';

/**
 * Who may call an operation. Every resolver method states one; the guard reads it and denies what states none.
 *
 * - `public`: nobody in particular (health of the sign-in page, `login` itself)
 * - `ticket`: the ticket argument is the credential; the use case checks it
 * - `ticket-or-session`: with a ticket argument like `ticket`, without one like `session` with `reauthenticated`
 * - `session`: a signed-in person; API keys are refused unless `apiKey` is true
 * - `permission`: a signed-in person or an API key that holds any of `anyOf`
 */
export type AccessRule =
  | { kind: 'public' }
  | { kind: 'ticket' }
  | { kind: 'ticket-or-session' }
  | { kind: 'session'; reauthenticated?: boolean; apiKey?: boolean }
  | { kind: 'permission'; anyOf: readonly Permission[]; reauthenticated?: boolean };

export const ACCESS_METADATA = 'countersign:access';

const access =
  (rule: AccessRule): MethodDecorator =>
  (_target, _key, descriptor) => {
    Reflect.defineMetadata(ACCESS_METADATA, rule, descriptor.value as object);
  };

export const Public = (): MethodDecorator => access({ kind: 'public' });
export const WithTicket = (): MethodDecorator => access({ kind: 'ticket' });
export const WithTicketOrSession = (): MethodDecorator => access({ kind: 'ticket-or-session' });
export const SignedIn = (options: { apiKey?: boolean } = {}): MethodDecorator =>
  access({ kind: 'session', ...options });
/** A signed-in person who has proven password and factor again within the last minutes. */
export const Reauthenticated = (): MethodDecorator => access({ kind: 'session', reauthenticated: true });
/** Reading with any of the permissions. */
export const MayRead = (...anyOf: Permission[]): MethodDecorator => access({ kind: 'permission', anyOf });
/** Changing with any of the permissions; a person must have reauthenticated, an API key is its own credential. */
export const MayChange = (...anyOf: Permission[]): MethodDecorator =>
  access({ kind: 'permission', anyOf, reauthenticated: true });
