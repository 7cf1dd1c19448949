import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/index.js';
import { OrganizationsService } from '../organizations/index.js';
import { type Tx, UnitOfWork } from '../platform/database/index.js';
import type { Actor } from '../shared/actor.js';
import { asRecorded, isRefusal, type Refusal } from '../shared/outcome.js';
import { LockoutGuard } from './lockout.guard.js';

/** Carries a refusal out of a transaction that must be undone. */
class Undo extends Error {
  constructor(readonly refusal: Refusal) {
    super('A change was refused.');
  }
}

/**
 * Every change by an administrator runs in here: one at a time for an organization, all of it or nothing, never one
 * that leaves no administrator able to sign in, and with the refusal in the audit where it is refused.
 */
@Injectable()
export class AdminChange {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly organizations: OrganizationsService,
    private readonly lockout: LockoutGuard,
    private readonly audit: AuditService,
  ) {}

  async run<T>(actor: Actor, operation: string, work: (tx: Tx) => Promise<T | Refusal>): Promise<T | Refusal> {
    try {
      return await this.unitOfWork.run(async (tx) => {
        await this.organizations.lockForChange(tx, actor.organizationId);
        const outcome = await work(tx);
        const refusal = isRefusal(outcome) ? outcome : await this.lockout.refusal(tx, actor.organizationId);
        if (refusal !== null) throw new Undo(refusal);
        return outcome;
      });
    } catch (error) {
      if (!(error instanceof Undo)) throw error;
      await this.unitOfWork.run((tx) =>
        this.audit.record(tx, {
          organizationId: actor.organizationId,
          key: 'admin.refused',
          actor,
          origin: actor.origin,
          facts: { operation, why: error.refusal.code },
        }),
      );
      return asRecorded(error.refusal);
    }
  }
}
