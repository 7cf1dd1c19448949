import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import { checkPassword, type UserEntity } from '../../users/index.js';
import { FactsLoader } from '../policy/facts.loader.js';
import { decide } from '../policy/two-factor.policy.js';

/** Eight characters where a second factor stands behind the password, fifteen where none does (NIST 3.1.1.2). */
@Injectable()
export class PasswordRules {
  constructor(
    private readonly clock: Clock,
    private readonly facts: FactsLoader,
  ) {}

  async weakness(tx: Tx, user: UserEntity, password: string): Promise<Refusal | null> {
    const ground = await this.facts.ground(tx, user.organizationId);
    const { facts } = await this.facts.forUser(tx, user, 'WEB', ground);
    const hasSecondFactor = decide(facts, this.clock.now()).required;
    const related = [user.email, user.displayName, ground.settings.issuer];
    const sentence = checkPassword(password, { hasSecondFactor, related });
    return sentence === null ? null : refuse('WEAK_PASSWORD', { message: sentence });
  }
}
