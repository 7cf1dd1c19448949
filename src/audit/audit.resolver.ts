import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { UnitOfWork } from '../platform/database/index.js';
import { CurrentActor } from '../platform/graphql/index.js';
import { MayRead } from '../shared/access.js';
import type { Actor } from '../shared/actor.js';
import { pageRequest } from '../shared/page.js';
import type { AuditEventEntity } from './audit-event.entity.js';
import { AuditService } from './audit.service.js';
import { AuditConnectionType, AuditFilterInput, type AuditEventType, AuditVerificationType } from './audit.types.js';
import { AuditVerifier } from './audit.verifier.js';

@Resolver()
export class AuditResolver {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditService,
    private readonly verifier: AuditVerifier,
  ) {}

  @Query(() => AuditConnectionType, { description: 'Newest first.' })
  @MayRead('AUDIT_READ')
  async auditEvents(
    @CurrentActor() actor: Actor,
    @Args('filter', { type: () => AuditFilterInput, nullable: true }) filter: AuditFilterInput | null,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 50 }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<AuditConnectionType> {
    const visibleTo = actor.visibility === 'ALL' ? null : { userId: actor.userId, groupIds: actor.groupIds };
    const request = pageRequest(first, after);
    const page = await this.unitOfWork.readAside((tx) =>
      this.audit.page(tx, actor.organizationId, { ...filter, visibleTo }, request),
    );
    const { nodes, hasNextPage, endCursor } = page;
    return { nodes: nodes.map(toType), pageInfo: { hasNextPage, endCursor } };
  }

  @Query(() => AuditVerificationType, { description: 'Walks the whole chain of the organization.' })
  @MayRead('AUDIT_READ')
  verifyAudit(@CurrentActor() actor: Actor): Promise<AuditVerificationType> {
    return this.verifier.verify(actor.organizationId);
  }
}

const toType = ({ eventKey, ...event }: AuditEventEntity): AuditEventType => ({ ...event, key: eventKey });
