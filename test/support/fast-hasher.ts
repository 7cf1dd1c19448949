import { createHash, randomBytes } from 'node:crypto';
import { PasswordHasher } from '../../src/platform/crypto/index.js';

const PREFIX = '$fast-for-tests-only$';

/** Salted and quick, and says so in every hash it makes: Argon2 has tests of its own. */
export class FastHasher extends PasswordHasher {
  verifications = 0;

  override hash(secret: string): Promise<string> {
    const salt = randomBytes(8).toString('hex');
    return Promise.resolve(PREFIX + salt + '$' + digest(salt, secret));
  }

  override verify(hash: string, secret: string): Promise<boolean> {
    this.verifications += 1;
    const [salt = '', expected] = hash.slice(PREFIX.length).split('$');
    return Promise.resolve(hash.startsWith(PREFIX) && digest(salt, secret) === expected);
  }

  override needsRehash(hash: string): boolean {
    return !hash.startsWith(PREFIX);
  }

  override verifyNothing(): Promise<void> {
    this.verifications += 1;
    return Promise.resolve();
  }

  override waiting(): number {
    return 0;
  }
}

const digest = (salt: string, secret: string): string =>
  createHash('sha256')
    .update(salt + secret)
    .digest('hex');
