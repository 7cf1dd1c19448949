import { Injectable } from '@nestjs/common';
import { type Decision, decide, FactsLoader } from '../../auth/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import type { Actor } from '../../shared/actor.js';
import type { ApplicationKind } from '../../shared/codes.js';
import { UserTargets } from '../users/user-targets.js';

@Injectable()
export class ExplainService {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly targets: UserTargets,
    private readonly facts: FactsLoader,
  ) {}

  /** The decision itself, with the walk that made it. @throws ApiError NOT_FOUND */
  async explain(actor: Actor, userId: string, application: ApplicationKind): Promise<Decision> {
    const { facts } = await this.unitOfWork.read(async (tx) =>
      this.facts.forUser(tx, await this.targets.visible(tx, actor, userId), application),
    );
    return decide(facts, this.clock.now());
  }
}
