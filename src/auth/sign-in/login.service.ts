import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import { PasswordHasher } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import { Metrics } from '../../platform/metrics/index.js';
import type { Origin } from '../../shared/actor.js';
import type { ApplicationKind } from '../../shared/codes.js';
import { asRecorded, refuse, type Refusal } from '../../shared/outcome.js';
import { normalizeEmail, normalizePassword, type UserEntity, UsersStore } from '../../users/index.js';
import { DISABLED_SENTENCE } from '../factor/sentences.js';
import { type OpenedSession, SessionOpener } from '../session/session-opener.js';
import { TrustedBrowsersService } from '../trusted-browser/trusted-browsers.service.js';
import { type UserRows, UserRowsStore } from '../policy/user-rows.store.js';
import { ApplicationsStore } from './applications.store.js';
import { ClaimedUserStore } from './claimed-user.store.js';
import { GraceStamp } from './grace-stamp.js';
import { countedStep } from './counted-step.js';
import { askForMore } from './login-answer.js';
import { PasswordStep } from './password.step.js';
import { PasswordThrottleStore } from './password-throttle.store.js';
import type { PasswordFinding } from './password.strategy.js';
import type { EnrollmentRequiredType, SecondFactorRequiredType } from './sign-in.types.js';
import { isBarred, TicketContexts } from './ticket-context.js';
import { TicketsStore } from './tickets.store.js';

export interface LoginRequest {
  email: string;
  password: string;
  application: { id: string; secret: string } | null;
  trustedBrowserToken: string | null;
  rememberMe: boolean;
  useCookies: boolean;
  origin: Origin;
}

export type LoginOutcome = OpenedSession | SecondFactorRequiredType | EnrollmentRequiredType | Refusal;

/** The password step: counted, checked, and then decided what more is needed. */
@Injectable()
export class LoginService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly claimedUsers: ClaimedUserStore,
    private readonly userRows: UserRowsStore,
    private readonly throttle: PasswordThrottleStore,
    private readonly passwordStep: PasswordStep,
    private readonly hasher: PasswordHasher,
    private readonly users: UsersStore,
    private readonly applications: ApplicationsStore,
    private readonly organizations: OrganizationsService,
    private readonly tickets: TicketsStore,
    private readonly contexts: TicketContexts,
    private readonly graceStamp: GraceStamp,
    private readonly trustedBrowsers: TrustedBrowsersService,
    private readonly opener: SessionOpener,
    private readonly audit: AuditService,
    private readonly metrics: Metrics,
  ) {}

  async login(request: LoginRequest): Promise<LoginOutcome> {
    const outcome = await this.hasher.inLine(() => this.attempt(request));
    this.metrics.signIn(...countedStep(outcome, 'PASSWORD'));
    return outcome;
  }

  private async attempt(request: LoginRequest): Promise<LoginOutcome> {
    const email = normalizeEmail(request.email.slice(0, 1_000));
    const { ip } = request.origin;
    const { verdict, claimed, known } = await this.unitOfWork.run(async (tx) => {
      const { user, knownAddress } = await this.claimedUsers.of(tx, email, ip);
      const counted = await this.throttle.count(tx, email, ip, knownAddress);
      if (!counted.ok) await this.recordRefusal(tx, { kind: 'unknown' }, request.origin, 'TOO_MANY_ATTEMPTS');
      return { verdict: counted, claimed: user, known: knownAddress };
    });
    if (!verdict.ok) return asRecorded(refuse('TOO_MANY_ATTEMPTS', { retryAt: verdict.retryAt }));
    const finding = await this.passwordStep.check(request.email, request.password, claimed);
    if (finding.kind !== 'right') {
      await this.unitOfWork.run((tx) => this.recordRefusal(tx, finding, request.origin, finding.kind));
      return asRecorded(refuse('INVALID_CREDENTIALS'));
    }
    const rehash = await this.rehashed(finding.user, request.password);
    return this.unitOfWork.run(async (tx) => {
      const outcome = await this.afterPassword(tx, finding.user, request, rehash);
      // Last, since everybody at one address meets in its row, and waits there for whoever has it.
      await this.throttle.forgive(tx, email, ip, known);
      return outcome;
    });
  }

  /** Decided on rows that are read in this transaction: what changed during the hash counts. */
  private async afterPassword(
    tx: Tx,
    before: UserEntity,
    request: LoginRequest,
    rehash: string | null,
  ): Promise<LoginOutcome> {
    const rows = await this.userRows.byId(tx, before.id);
    if (rows?.user.active !== true || rows.user.passwordHash !== before.passwordHash) {
      await this.recordRefusal(tx, { kind: 'wrong', user: before }, request.origin, 'changed meanwhile');
      return asRecorded(refuse('INVALID_CREDENTIALS'));
    }
    if (rehash !== null) await this.renewHash(tx, rows.user, rehash, request.origin);
    const applicationKind = await this.applicationKind(tx, rows.user, request);
    if (applicationKind === null) return asRecorded(refuse('INVALID_CREDENTIALS'));
    return this.decided(tx, rows, applicationKind, request);
  }

  private async decided(
    tx: Tx,
    rows: UserRows,
    applicationKind: ApplicationKind,
    request: LoginRequest,
  ): Promise<LoginOutcome> {
    const { user } = rows;
    const { origin, useCookies } = request;
    const issued = this.tickets.draft(user, { applicationKind, useCookies, rememberMe: request.rememberMe, origin });
    let context = await this.contexts.of(tx, issued.ticket, rows);
    if (await this.graceStamp.stamp(tx, context)) context = await this.contexts.of(tx, issued.ticket, rows);
    const { decision, settings, policy } = context;
    const because = decision.reasons[0]?.rule ?? 'none';

    if (!decision.required) {
      const remembered = request.rememberMe && policy.factors.length === 0;
      return this.opener.open(tx, { user, amr: ['pwd'], applicationKind, useCookies, remembered, origin, because });
    }
    if (isBarred(context)) {
      await this.recordRefusal(tx, { kind: 'wrong', user }, origin, 'factor disabled');
      return asRecorded(refuse('TOO_MANY_ATTEMPTS', { message: DISABLED_SENTENCE }));
    }
    if (decision.outcome === 'CHALLENGE' && request.trustedBrowserToken !== null) {
      const trust = await this.trustedBrowsers.use(tx, request.trustedBrowserToken, user, settings, origin);
      if (trust !== null) {
        const opened = await this.opener.open(tx, {
          user,
          amr: ['pwd', 'trusted-browser'],
          applicationKind,
          useCookies,
          remembered: false,
          origin,
          because,
        });
        return { ...opened, trustedBrowserToken: trust.token, trustedUntil: trust.expiresAt };
      }
    }
    await this.tickets.insert(tx, issued.ticket);
    const challenged = decision.outcome === 'CHALLENGE';
    await this.record(tx, challenged ? 'sign-in.second-factor-required' : 'sign-in.enrollment-required', user, origin, {
      because,
      methods: decision.methods.join(' '),
      application: applicationKind,
    });
    return askForMore(context, issued.token);
  }

  /** A hash of an older kind is renewed while the password is at hand. */
  private async rehashed(user: UserEntity, password: string): Promise<string | null> {
    if (user.passwordHash === null || !this.hasher.needsRehash(user.passwordHash)) return null;
    return this.hasher.hash(normalizePassword(password));
  }

  private async renewHash(tx: Tx, user: UserEntity, passwordHash: string, origin: Origin): Promise<void> {
    await this.users.update(tx, user.id, { passwordHash });
    user.passwordHash = passwordHash;
    await this.record(tx, 'sign-in.password-rehashed', user, origin, {});
  }

  private async applicationKind(tx: Tx, user: UserEntity, request: LoginRequest): Promise<ApplicationKind | null> {
    if (request.application === null) return 'WEB';
    const kind = await this.applications.proven(tx, user.organizationId, request.application);
    if (kind === null) await this.record(tx, 'application.refused', user, request.origin, {});
    return kind;
  }

  /** An unknown name belongs to no organization; it stands with the installation's first one. The name itself is not
   *  kept: people type their passwords into that field. */
  private async recordRefusal(tx: Tx, finding: PasswordFinding, origin: Origin, why: string): Promise<void> {
    if (finding.kind !== 'unknown') {
      await this.record(tx, 'sign-in.refused', finding.user, origin, { why });
      return;
    }
    const organization = await this.organizations.first(tx);
    if (organization === null) return;
    await this.audit.record(tx, { organizationId: organization.id, key: 'sign-in.refused', origin, facts: { why } });
  }

  private async record(
    tx: Tx,
    key: Parameters<AuditService['record']>[1]['key'],
    { id, email, organizationId }: UserEntity,
    origin: Origin,
    facts: Record<string, string>,
  ): Promise<void> {
    // Before the password was right nobody has acted under this name.
    const actor = key === 'sign-in.refused' ? null : { userId: id, email };
    await this.audit.record(tx, { organizationId, key, actor, subject: { id, email }, origin, facts });
  }
}
