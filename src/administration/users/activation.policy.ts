import { refuse, type Refusal } from '../../shared/outcome.js';
import type { UserEntity } from '../../users/index.js';

type Activatable = Pick<UserEntity, 'kind' | 'active' | 'emailConfirmedAt' | 'passwordHash'>;

const invalid = (message: string): Refusal => refuse('INVALID_VALUE', { message });

/** An activation mail confirms an address and sets a first password: whoever has both needs none. */
export function activationRefusal(user: Activatable): Refusal | null {
  if (user.kind === 'SERVICE') return invalid('A service user acts by API key alone and gets no mails.');
  if (!user.active) return invalid('This user is deactivated.');
  if (user.emailConfirmedAt === null || user.passwordHash === null) return null;
  return invalid('This user has confirmed the address and set a password already.');
}

/** Whom a bulk of confirmation mails is for. */
export const awaitsConfirmation = ({ kind, active, emailConfirmedAt }: Activatable): boolean =>
  kind !== 'SERVICE' && active && emailConfirmedAt === null;
