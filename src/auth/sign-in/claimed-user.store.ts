import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/crypto/index.js';
import { columnsOf, instantParam, type Tx } from '../../platform/database/index.js';
import { UserEntity } from '../../users/index.js';
import { plusSeconds } from '../session/session.times.js';
import { KNOWN_ADDRESS_SECONDS } from './password-throttle.policy.js';

/** Whom a login name stands for, if anybody. */
export interface ClaimedUser {
  user: UserEntity | null;
  /** Whether that user has signed in at this address lately. */
  knownAddress: boolean;
}

@Injectable()
export class ClaimedUserStore {
  constructor(private readonly clock: Clock) {}

  /**
   * One and the same question for known and unknown names, so that it takes the same time.
   * @param email in its normalized form
   */
  async of(tx: Tx, email: string, ip: string | null): Promise<ClaimedUser> {
    const user = columnsOf(tx, UserEntity, 'u');
    const since = plusSeconds(this.clock.now(), -KNOWN_ADDRESS_SECONDS);
    const [row] = await tx.rows(
      `SELECT ${user.select},
         EXISTS (SELECT 1 FROM sessions s WHERE s.userId = u.id AND s.ip = ? AND s.createdAt > ?) AS knownAddress
       FROM users u WHERE u.email = ?`,
      [ip, instantParam(since), email],
    );
    if (row === undefined) return { user: null, knownAddress: false };
    return { user: user.read(row), knownAddress: Number(row.knownAddress) === 1 };
  }
}
