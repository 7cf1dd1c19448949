import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { FactorsStore, HardwareTokensService, RecoveryCodesService } from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import type { Actor, SessionActor } from '../../shared/actor.js';
import { notFound, unauthenticated } from '../../shared/api-error.js';
import { isFactorMethod, type Method } from '../../shared/codes.js';
import { asRecorded, isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { type UserEntity, UsersStore } from '../../users/index.js';
import { NoticesService } from '../factor/notices.service.js';
import { FactsLoader, type PolicyGround, type UserPolicy } from '../policy/facts.loader.js';
import { preferRefusal, removeRefusal, resetRefusal, resetTurnsOn, useRefusal } from './own-two-factor.policy.js';
import { TwoFactorRemover } from './two-factor-remover.js';

type Person = UserPolicy & { ground: PolicyGround };
type AuditKey = Parameters<AuditService['record']>[1]['key'];
export type SignedInActor = Actor & SessionActor;

/** What a signed-in, reauthenticated person does to their own two-factor authentication. */
@Injectable()
export class OwnTwoFactorService {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UsersStore,
    private readonly facts: FactsLoader,
    private readonly factors: FactorsStore,
    private readonly recoveryCodes: RecoveryCodesService,
    private readonly hardwareTokens: HardwareTokensService,
    private readonly remover: TwoFactorRemover,
    private readonly notices: NoticesService,
    private readonly audit: AuditService,
  ) {}

  async setUse(actor: SignedInActor, use: boolean): Promise<UserEntity | Refusal> {
    return this.change(actor, 'user.two-factor-use-changed', { use }, async (tx, { user, facts, factors, ground }) => {
      const refusal = useRefusal(use, user.canToggleTwoFactor, facts, this.clock.now());
      if (refusal !== null) return refusal;
      await this.users.update(tx, user.id, { useTwoFactor: use });
      if (use || factors.length === 0) return null;
      await this.remover.removeAll(tx, user, actor.sessionId);
      for (const { method } of factors) {
        const person = { user, settings: ground.settings, origin: actor.origin };
        await this.notices.tell(tx, 'factor-removed', person, { method });
      }
      return null;
    });
  }

  async prefer(actor: SignedInActor, method: Method): Promise<UserEntity | Refusal> {
    return this.change(actor, 'user.preferred-method-changed', { method }, async (tx, { user, facts }) => {
      const refusal = preferRefusal(method, facts);
      if (refusal !== null || !isFactorMethod(method)) return refusal ?? refuse('METHOD_NOT_ALLOWED');
      await this.users.update(tx, user.id, { preferredMethod: method });
      return null;
    });
  }

  async remove(actor: SignedInActor, factorId: string): Promise<UserEntity | Refusal> {
    return this.change(actor, 'factor.removed', {}, async (tx, { user, facts, factors, ground }) => {
      const factor = factors.find(({ id }) => id === factorId);
      if (factor === undefined) throw notFound('factor');
      const { method } = factor;
      const refusal = removeRefusal(method, user.canToggleTwoFactor, facts, this.clock.now());
      if (refusal !== null) return refusal;
      if (!(await this.factors.remove(tx, factor.id))) throw notFound('factor');
      if (factor.hardwareTokenId !== null) await this.hardwareTokens.unprove(tx, user.id);
      if (factors.length === 1) await this.recoveryCodes.removeAll(tx, user.id);
      if (user.preferredMethod === method) await this.users.update(tx, user.id, { preferredMethod: null });
      await this.users.moveTrustEpoch(tx, [user.id]);
      await this.notices.tell(
        tx,
        'factor-removed',
        { user, settings: ground.settings, origin: actor.origin },
        { method },
      );
      return null;
    });
  }

  /** For a new phone: everything is taken away, and the next sign-in enrolls anew. */
  async reset(actor: SignedInActor): Promise<UserEntity | Refusal> {
    return this.change(actor, 'factor.reset-by-self', {}, async (tx, { user, facts, ground }) => {
      const refusal = resetRefusal(facts, user.canToggleTwoFactor, this.clock.now());
      if (refusal !== null) return refusal;
      await this.remover.removeAll(tx, user, actor.sessionId);
      if (resetTurnsOn(facts, this.clock.now())) await this.users.update(tx, user.id, { useTwoFactor: true });
      await this.notices.tell(tx, 'factor-reset', { user, settings: ground.settings, origin: actor.origin });
      return null;
    });
  }

  async renewRecoveryCodes(actor: SignedInActor): Promise<string[] | Refusal> {
    const prepared = await this.recoveryCodes.prepare();
    const outcome = await this.change(actor, 'recovery-codes.renewed', {}, async (tx, { user, factors }) => {
      if (factors.length === 0) {
        return refuse('METHOD_NOT_ALLOWED', {
          message: 'Recovery codes stand beside a second factor: set one up first.',
        });
      }
      await this.recoveryCodes.replace(tx, user, prepared);
      return null;
    });
    return isRefusal(outcome) ? outcome : prepared.codes;
  }

  private async change(
    actor: SignedInActor,
    key: AuditKey,
    about: Record<string, string | boolean>,
    work: (tx: Tx, person: Person) => Promise<Refusal | null>,
  ): Promise<UserEntity | Refusal> {
    return this.unitOfWork.run(async (tx) => {
      // One change at a time: two sets of recovery codes at once would otherwise both stand.
      await this.users.hold(tx, actor.userId);
      const known = await this.facts.byId(tx, actor.userId);
      if (known === null) throw unauthenticated();
      const person = { ...known.policy, ground: known.ground };
      const { user } = person;
      const refusal = await work(tx, person);
      const { organizationId, origin } = actor;
      const record = { organizationId, actor, subject: { id: user.id, email: user.email }, origin };
      await this.audit.record(
        tx,
        refusal === null
          ? { ...record, key, facts: about }
          : { ...record, key: 'account.refused', facts: { ...about, wanted: key, why: refusal.code } },
      );
      if (refusal !== null) return asRecorded(refusal);
      return (await this.users.byId(tx, user.id)) ?? user;
    });
  }
}
