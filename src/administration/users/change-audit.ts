import { Injectable } from '@nestjs/common';
import { type AuditFacts, type AuditKey, AuditService } from '../../audit/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { Actor } from '../../shared/actor.js';

/** The audit of what an administrator did to a user. */
@Injectable()
export class ChangeAudit {
  constructor(private readonly audit: AuditService) {}

  async record(
    tx: Tx,
    actor: Actor,
    key: AuditKey,
    subject: { id: string; email: string } | null,
    facts: AuditFacts = {},
  ): Promise<void> {
    const { organizationId, userId, email, origin } = actor;
    await this.audit.record(tx, {
      organizationId,
      key,
      actor: { userId, email },
      subject: subject && { id: subject.id, email: subject.email },
      origin,
      facts,
    });
  }
}
