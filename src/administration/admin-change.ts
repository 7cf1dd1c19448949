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
      return await this.attempt(actor, work, false);
    } catch (error) {
      if (!(error instanceof Undo)) throw error;
      if (error.refusal.code !== 'WOULD_LOCK_OUT_ADMINISTRATORS') return this.refused(actor, operation, error.refusal);
    }
    try {
      return await this.attempt(actor, work, true);
    } catch (error) {
      if (error instanceof Undo) return this.refused(actor, operation, error.refusal);
      throw error;
    }
  }

  /** @param lookBefore whether nobody could sign in before: then it is not this change that locks them out */
  private async attempt<T>(actor: Actor, work: (tx: Tx) => Promise<T | Refusal>, lookBefore: boolean): Promise<T> {
    const { organizationId } = actor;
    return this.unitOfWork.run(async (tx) => {
      await this.organizations.lockForChange(tx, organizationId);
      const lockedOutBefore = lookBefore && (await this.lockout.refusal(tx, organizationId)) !== null;
      const outcome = await work(tx);
      if (isRefusal(outcome)) throw new Undo(outcome);
      const refusal = lockedOutBefore ? null : await this.lockout.refusal(tx, organizationId);
      if (refusal !== null) throw new Undo(refusal);
      return outcome;
    });
  }

  private async refused(actor: Actor, operation: string, refusal: Refusal): Promise<Refusal> {
    const { organizationId, origin } = actor;
    const facts = { operation, why: refusal.code };
    await this.unitOfWork.run((tx) =>
      this.audit.record(tx, { organizationId, key: 'admin.refused', actor, origin, facts }),
    );
    return asRecorded(refusal);
  }
}
