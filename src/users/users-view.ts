import type { UserEntity } from './user.entity.js';
import type { UserType } from './users.types.js';

export function userView(user: UserEntity): UserType {
  return {
    id: user.id,
    email: user.email,
    emailConfirmed: user.emailConfirmedAt !== null,
    displayName: user.displayName,
    phone: user.phone,
    phoneConfirmed: user.phoneConfirmedAt !== null,
    kind: user.kind,
    active: user.active,
    locale: user.locale,
    createdAt: user.createdAt,
    lastSignInAt: user.lastSignInAt,
  };
}
