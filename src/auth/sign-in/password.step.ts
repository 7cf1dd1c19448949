import { Injectable } from '@nestjs/common';
import passport from 'passport';
import type { UserEntity } from '../../users/index.js';
import { type PasswordFinding, type PasswordRequest, PasswordStrategy } from './password.strategy.js';

/** A bound on what is normalized and hashed; the policy allows far less. */
const PASSWORD_LONGEST = 1_024;
const EMAIL_LONGEST = 320;

type Callback = (error: unknown, finding?: PasswordFinding | false) => void;

@Injectable()
export class PasswordStep {
  constructor(private readonly strategy: PasswordStrategy) {}

  /**
   * @param claimed whom the name stands for
   * @throws ApiError SERVICE_BUSY when too many hashes wait already
   */
  async check(email: string, password: string, claimed: UserEntity | null): Promise<PasswordFinding> {
    if (email === '' || email.length > EMAIL_LONGEST || password === '' || password.length > PASSWORD_LONGEST) {
      // Passport refuses empty ones itself; what is too long is refused here, and both are what "unknown" is.
      return { kind: 'unknown' };
    }
    return new Promise((resolve, reject) => {
      const callback: Callback = (error, finding) => {
        if (error !== null && error !== undefined)
          reject(error instanceof Error ? error : new Error('The password step failed.'));
        else resolve(finding === false || finding === undefined ? { kind: 'unknown' } : finding);
      };
      // The strategy itself and not its name: names are global, and a second application in this process would answer
      // in place of this one. As an object of its own for each request, since passport writes success and failure on
      // to the object it is given: shared, one person's right password would end another's sign-in.
      const strategy = Object.create(this.strategy) as PasswordStrategy;
      const middleware = passport.authenticate(strategy, { session: false }, callback) as (
        request: PasswordRequest,
        response: object,
        next: (error?: unknown) => void,
      ) => void;
      middleware({ body: { email, password }, claimed }, {}, (error) => {
        callback(error ?? null, false);
      });
    });
  }
}
