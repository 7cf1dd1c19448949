import type { HardwareTokenState } from '../../shared/codes.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import type { UserEntity } from '../../users/index.js';

/** One token for one person, beside no other means of the same kind. */
export function assignRefusal(
  state: HardwareTokenState,
  user: Pick<UserEntity, 'active' | 'kind'>,
  has: { token: boolean; totp: boolean },
): Refusal | null {
  if (state === 'LOST') {
    return refuse('IN_USE', { message: 'This token was reported lost. Release it first, once it has been found.' });
  }
  if (state !== 'FREE') return refuse('IN_USE', { message: 'Somebody has this token already.' });
  if (!user.active || user.kind === 'SERVICE') {
    return refuse('INVALID_VALUE', { message: 'A token is given to an active person, not to a service.' });
  }
  if (has.token) return refuse('IN_USE', { message: 'This user was given another token already.' });
  if (!has.totp) return null;
  const message =
    "This user has an authenticator app or a token already. Reset the user's two-factor authentication first.";
  return refuse('ALREADY_ENROLLED', { message });
}
