import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-local';
import { PasswordHasher } from '../../platform/crypto/index.js';
import { normalizePassword, type UserEntity } from '../../users/index.js';

/** What the password step found: for the audit alone, the caller is told nothing but "no". */
export type PasswordFinding =
  | { kind: 'right'; user: UserEntity }
  | { kind: 'unknown' }
  | { kind: 'wrong' | 'inactive' | 'service' | 'no-password'; user: UserEntity };

/** What the strategy is asked with. */
export interface PasswordRequest {
  body: { email: string; password: string };
  /** Whom the name stands for, if anybody. */
  claimed: UserEntity | null;
}

/**
 * Passport's local strategy, asked with a plain object that has a body and nothing else: as it reads the query string
 * too, a real request would let credentials come in by the address bar and so into logs.
 */
@Injectable()
export class PasswordStrategy extends PassportStrategy(Strategy, 'local') {
  constructor(private readonly hasher: PasswordHasher) {
    super({ usernameField: 'email', passwordField: 'password', session: false, passReqToCallback: true });
  }

  /** The same work for every finding: one hash, whether there is a user or not. */
  async validate({ claimed: user }: PasswordRequest, _email: string, password: string): Promise<PasswordFinding> {
    const typed = normalizePassword(password);
    if (user === null) {
      await this.hasher.verifyNothing(typed);
      return { kind: 'unknown' };
    }
    if (user.passwordHash === null) {
      await this.hasher.verifyNothing(typed);
      return { kind: user.kind === 'SERVICE' ? 'service' : 'no-password', user };
    }
    const right = await this.hasher.verify(user.passwordHash, typed);
    if (!right) return { kind: 'wrong', user };
    if (user.kind === 'SERVICE') return { kind: 'service', user };
    return user.active ? { kind: 'right', user } : { kind: 'inactive', user };
  }
}
