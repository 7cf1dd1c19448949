import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { checkDisplayName, type UserEntity } from '../../users/index.js';

export interface ApiKeyRequest {
  name: string;
  /** Null for a key that does not expire. */
  expiresAt: Date | null;
}

/** The last year that every database can hold. */
const LAST_YEAR = 9999;

const invalid = (message: string): Refusal => refuse('INVALID_VALUE', { message });

/** @returns the name as it is kept */
export function checkApiKey(
  user: Pick<UserEntity, 'kind' | 'active'>,
  { name, expiresAt }: ApiKeyRequest,
  now: Date,
): string | Refusal {
  // A person's key would be a way around their second factor.
  if (user.kind !== 'SERVICE') return invalid('API keys are for service users only.');
  if (!user.active) return invalid('This user is deactivated.');
  const shown = checkDisplayName(name);
  if (isRefusal(shown) || expiresAt === null) return shown;
  if (expiresAt <= now || expiresAt.getUTCFullYear() > LAST_YEAR) return invalid('A key has to expire in the future.');
  return shown;
}
