import { Injectable } from '@nestjs/common';
import { DuplicateImport, HardwareTokensService } from '../../otp/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import type { Actor } from '../../shared/actor.js';
import { ApiError } from '../../shared/api-error.js';
import { isRefusal } from '../../shared/outcome.js';
import type { PageRequest } from '../../shared/page.js';
import { UsersStore } from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { ChangeAudit } from '../users/change-audit.js';
import { hardwareTokenView } from './hardware-token-view.js';
import type { HardwareTokenConnectionType, HardwareTokenImportType } from './hardware-token.types.js';

/** The tokens that the organization has. */
@Injectable()
export class TokenStock {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly change: AdminChange,
    private readonly tokens: HardwareTokensService,
    private readonly users: UsersStore,
    private readonly audit: ChangeAudit,
  ) {}

  /** By serial number. A holder whom the actor may not see is left out; the token itself is not a secret. */
  async page(actor: Actor, request: PageRequest): Promise<HardwareTokenConnectionType> {
    return this.unitOfWork.read(async (tx) => {
      const { nodes, hasNextPage, endCursor } = await this.tokens.page(tx, actor.organizationId, request);
      const holders = await this.users.visibleAmong(
        tx,
        actor,
        nodes.flatMap(({ userId }) => userId ?? []),
      );
      const byId = new Map(holders.map((user) => [user.id, user]));
      return {
        nodes: nodes.map((token) => hardwareTokenView(token, byId.get(token.userId ?? '') ?? null)),
        pageInfo: { hasNextPage, endCursor },
      };
    });
  }

  /** All lines or none. Lines that will not do are no refusal: the answer names them. */
  async import(actor: Actor, csv: string): Promise<HardwareTokenImportType> {
    try {
      const outcome = await this.change.run(actor, 'importHardwareTokens', async (tx) => {
        const imported = await this.tokens.import(tx, actor.organizationId, csv);
        const { imported: count, problems } = imported;
        if (count > 0) await this.audit.record(tx, actor, 'hardware-tokens.imported', null, { count });
        else await this.audit.record(tx, actor, 'admin.refused', null, told(problems));
        return imported;
      });
      if (isRefusal(outcome)) throw new ApiError('FORBIDDEN', outcome.message);
      return outcome;
    } catch (error) {
      if (error instanceof DuplicateImport) return this.duplicate(actor, error);
      throw error;
    }
  }

  /** The transaction was given up, and with it what it wrote into the audit. */
  private async duplicate(actor: Actor, { message }: DuplicateImport): Promise<HardwareTokenImportType> {
    const problems = [message];
    await this.unitOfWork.run((tx) => this.audit.record(tx, actor, 'admin.refused', null, told(problems)));
    return { imported: 0, problems };
  }
}

const told = (problems: readonly string[]) => ({
  operation: 'importHardwareTokens',
  why: 'INVALID_VALUE',
  problems: problems.length,
});
