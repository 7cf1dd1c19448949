import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound, unauthenticated } from '../../shared/api-error.js';
import { UsersStore } from '../../users/index.js';
import { FactsLoader } from '../policy/facts.loader.js';
import type { SessionEntity } from '../session/session.entity.js';
import { SessionsStore } from '../session/sessions.store.js';
import type { TrustedBrowserEntity } from '../trusted-browser/trusted-browser.entity.js';
import { TrustedBrowsersService } from '../trusted-browser/trusted-browsers.service.js';
import type { SignedInActor } from './own-two-factor.service.js';

/** Where a person is signed in, and which browsers are trusted: seen and ended by themselves. */
@Injectable()
export class OwnSessionsService {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: SessionsStore,
    private readonly trustedBrowsers: TrustedBrowsersService,
    private readonly users: UsersStore,
    private readonly facts: FactsLoader,
    private readonly audit: AuditService,
  ) {}

  async list(actor: SignedInActor): Promise<SessionEntity[]> {
    return this.unitOfWork.read((tx) => this.sessions.ofUser(tx, actor.userId, this.clock.now()));
  }

  async logout(actor: SignedInActor): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      if (await this.sessions.end(tx, actor.sessionId, 'logout', this.clock.now())) {
        const { organizationId, origin, userId, email, sessionId } = actor;
        const subject = { id: userId, email };
        await this.audit.record(tx, {
          organizationId,
          key: 'session.ended',
          actor,
          subject,
          origin,
          facts: { session: sessionId },
        });
      }
    });
  }

  async revoke(actor: SignedInActor, id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const session = await this.sessions.byId(tx, id);
      if (session?.userId !== actor.userId) throw notFound('session');
      if (!(await this.sessions.end(tx, id, 'revoked', this.clock.now()))) return;
      const { organizationId, origin, userId, email } = actor;
      const subject = { id: userId, email };
      await this.audit.record(tx, {
        organizationId,
        key: 'session.revoked',
        actor,
        subject,
        origin,
        facts: { session: id, why: 'revoked' },
      });
    });
  }

  async listBrowsers(actor: SignedInActor): Promise<TrustedBrowserEntity[]> {
    return this.unitOfWork.read(async (tx) => {
      const user = await this.users.byId(tx, actor.userId);
      if (user === null) throw unauthenticated();
      const { settings } = await this.facts.ground(tx, user.organizationId);
      return this.trustedBrowsers.list(tx, user, settings);
    });
  }

  async revokeBrowser(actor: SignedInActor, id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      if ((await this.trustedBrowsers.find(tx, actor.userId, id)) === null) throw notFound('trusted browser');
      await this.trustedBrowsers.end(tx, id);
      const { organizationId, origin, userId, email } = actor;
      const subject = { id: userId, email };
      await this.audit.record(tx, {
        organizationId,
        key: 'trusted-browser.revoked',
        actor,
        subject,
        origin,
        facts: { browser: id },
      });
    });
  }
}
