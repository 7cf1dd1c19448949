import type { Method } from '../../shared/codes.js';
import { maskEmail, maskPhone } from '../../shared/mask.js';
import type { UserEntity } from '../../users/index.js';
import type { MethodOptionType } from './sign-in.types.js';

/** Masked, since whoever knows the password alone need not learn where the codes go. */
export function maskedDestination(method: Method, user: Pick<UserEntity, 'email' | 'phone'>): string | null {
  if (method === 'EMAIL') return maskEmail(user.email);
  return method === 'SMS' && user.phone !== null ? maskPhone(user.phone) : null;
}

export const methodOptions = (methods: readonly Method[], user: UserEntity): MethodOptionType[] =>
  methods.map((method) => ({ method, destination: maskedDestination(method, user) }));
