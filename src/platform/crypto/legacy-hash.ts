import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import bcrypt from 'bcryptjs';
import { numbersOf, parsePhc } from './phc.js';
import type { PhcHash } from './phc.js';

/**
 * Password hashes of other systems, taken over as they are and replaced at the owner's next sign-in. Costs are bounded
 * on both sides: a hostile import can neither stop the service with a hash that takes minutes, nor slip in one that
 * anything matches (an empty digest, for one).
 */
export const LEGACY_BOUNDS = {
  bcryptCost: { min: 4, max: 14 },
  /** N = 2^ln; memory is 128 · N · r bytes. */
  scryptLn: { min: 10, max: 17 },
  scryptR: { min: 1, max: 16 },
  scryptP: { min: 1, max: 4 },
  scryptBytes: 128 * 1024 * 1024,
  pbkdf2Rounds: { min: 1_000, max: 2_000_000 },
  saltBytes: { min: 8, max: 64 },
  hashBytes: { min: 16, max: 64 },
} as const;

type Check = (secret: string) => Promise<boolean>;
type Bound = { readonly min: number; readonly max: number };

const within = (value: number, bound: Bound): boolean => value >= bound.min && value <= bound.max;
const pbkdf2Async = promisify(pbkdf2);

/** @returns the check that belongs to this hash, or null for a form, or a cost, that is not taken over. */
export function legacyCheck(hash: string): Check | null {
  if (hash.startsWith('$2')) return bcryptCheck(hash);
  const parsed = parsePhc(hash);
  if (!parsed || !within(parsed.salt.length, LEGACY_BOUNDS.saltBytes)) return null;
  if (!within(parsed.hash.length, LEGACY_BOUNDS.hashBytes)) return null;
  if (parsed.id === 'scrypt') return scryptCheck(parsed);
  if (parsed.id === 'pbkdf2-sha256') return pbkdf2Check(parsed, 'sha256');
  if (parsed.id === 'pbkdf2-sha512') return pbkdf2Check(parsed, 'sha512');
  return null;
}

/** `$2a$`, `$2b$` and `$2y$`. As everywhere, bcrypt looks at the first 72 bytes of a password only. */
function bcryptCheck(hash: string): Check | null {
  const [, cost] = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash) ?? [];
  if (cost === undefined || !within(Number(cost), LEGACY_BOUNDS.bcryptCost)) return null;
  return (secret) => bcrypt.compare(secret, hash);
}

/** `$scrypt$ln=15,r=8,p=1$salt$hash` (RFC 7914 names the parameters). */
function scryptCheck({ params, salt, hash }: PhcHash): Check | null {
  const [ln, r, p] = numbersOf(params, ['ln', 'r', 'p']) ?? [];
  if (ln === undefined || r === undefined || p === undefined) return null;
  if (!within(ln, LEGACY_BOUNDS.scryptLn) || !within(r, LEGACY_BOUNDS.scryptR)) return null;
  if (!within(p, LEGACY_BOUNDS.scryptP) || 128 * 2 ** ln * r > LEGACY_BOUNDS.scryptBytes) return null;
  // Twice the bound: OpenSSL counts its working memory on top of 128 · N · r.
  const options = { N: 2 ** ln, r, p, maxmem: 2 * LEGACY_BOUNDS.scryptBytes };
  return (secret) =>
    new Promise((resolve, reject) => {
      scrypt(secret, salt, hash.length, options, (error, derived) =>
        error ? reject(error) : resolve(timingSafeEqual(derived, hash)),
      );
    });
}

/** `$pbkdf2-sha256$i=600000$salt$hash`, or Passlib's form, where the rounds stand bare. */
function pbkdf2Check({ params, salt, hash }: PhcHash, digest: 'sha256' | 'sha512'): Check | null {
  const [rounds] = numbersOf(params.startsWith('i=') ? params : `i=${params}`, ['i']) ?? [];
  if (rounds === undefined || !within(rounds, LEGACY_BOUNDS.pbkdf2Rounds)) return null;
  return async (secret) => timingSafeEqual(await pbkdf2Async(secret, salt, rounds, hash.length, digest), hash);
}
