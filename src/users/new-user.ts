import type { Locale, UserKind } from '../shared/codes.js';
import { UserEntity } from './user.entity.js';

export interface NewUser {
  id: string;
  organizationId: string;
  email: string;
  displayName: string;
  phone: string | null;
  kind: UserKind;
  locale: Locale;
  passwordHash: string | null;
  useTwoFactor: boolean;
  canToggleTwoFactor: boolean;
}

/** A user as they begin: active, nothing confirmed, nothing counted against them. */
export function newUser(values: NewUser, now: Date): UserEntity {
  return Object.assign(new UserEntity(), {
    ...values,
    emailConfirmedAt: null,
    phoneConfirmedAt: null,
    active: true,
    preferredMethod: null,
    requirementReachedAt: null,
    factorTries: 0,
    lockedUntil: null,
    trustEpoch: 0,
    createdAt: now,
    lastSignInAt: null,
  });
}
