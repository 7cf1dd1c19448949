import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import type { Actor, Origin } from '../../shared/actor.js';
import { asRecorded, isRecorded, isRefusal } from '../../shared/outcome.js';

/**
 * The last look at an outcome: a refusal that no use case has recorded, because it was about nobody that it could name
 * (an unknown ticket or link, a used value), goes into the audit here. With the actor where there is one, and otherwise
 * with the installation's first organization.
 */
@Injectable()
export class RefusalRecords {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly organizations: OrganizationsService,
    private readonly audit: AuditService,
  ) {}

  async note<T>(outcome: T, operation: string, origin: Origin, actor: Actor | null = null): Promise<T> {
    if (!isRefusal(outcome) || isRecorded(outcome)) return outcome;
    const facts = { operation, why: outcome.code };
    await this.unitOfWork.run(async (tx) => {
      const organizationId = actor?.organizationId ?? (await this.organizations.first(tx))?.id;
      if (organizationId === undefined) return;
      await this.audit.record(tx, { organizationId, key: 'operation.refused', actor, origin, facts });
    });
    asRecorded(outcome);
    return outcome;
  }
}
