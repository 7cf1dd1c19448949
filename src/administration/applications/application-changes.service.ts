import { Injectable } from '@nestjs/common';
import { type ApplicationEntity, ApplicationsStore } from '../../auth/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { type DoneType, done } from '../../platform/graphql/index.js';
import type { Actor } from '../../shared/actor.js';
import { notFound } from '../../shared/api-error.js';
import type { ApplicationKind } from '../../shared/codes.js';
import { isRefusal, type Refusal } from '../../shared/outcome.js';
import { checkDisplayName } from '../../users/index.js';
import { AdminChange } from '../admin-change.js';
import { ChangeAudit } from '../users/change-audit.js';
import type { ApplicationCreatedType, ApplicationType } from './application.types.js';

const view = ({ id, name, kind, createdAt }: ApplicationEntity): ApplicationType => ({ id, name, kind, createdAt });

@Injectable()
export class ApplicationChanges {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly change: AdminChange,
    private readonly applications: ApplicationsStore,
    private readonly audit: ChangeAudit,
  ) {}

  async all(actor: Actor): Promise<ApplicationType[]> {
    const rows = await this.unitOfWork.read((tx) => this.applications.all(tx, actor.organizationId));
    return rows.map(view);
  }

  /** The secret is in the answer and nowhere else. */
  async create(actor: Actor, name: string, kind: ApplicationKind): Promise<ApplicationCreatedType | Refusal> {
    return this.change.run(actor, 'createApplication', async (tx) => {
      const shown = checkDisplayName(name);
      if (isRefusal(shown)) return shown;
      const created = await this.applications.create(tx, actor.organizationId, shown, kind);
      if (isRefusal(created)) return created;
      const { id } = created.application;
      await this.audit.record(tx, actor, 'application.created', null, { application: shown, applicationId: id, kind });
      return { application: view(created.application), secret: created.secret };
    });
  }

  async delete(actor: Actor, id: string): Promise<DoneType | Refusal> {
    return this.change.run(actor, 'deleteApplication', async (tx) => {
      const application = await this.applications.byId(tx, actor.organizationId, id);
      if (application === null) throw notFound('application');
      await this.applications.remove(tx, id);
      const { name, kind } = application;
      await this.audit.record(tx, actor, 'application.deleted', null, { application: name, applicationId: id, kind });
      return done('The application was deleted.');
    });
  }
}
