import { Injectable } from '@nestjs/common';
import { NoticesService, TwoFactorRemover } from '../../auth/index.js';
import { EnrollmentsStore, type HardwareTokenEntity, HardwareTokensService } from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { Actor } from '../../shared/actor.js';
import { notFound } from '../../shared/api-error.js';
import { isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { AdminChange } from '../admin-change.js';
import { ChangeAudit } from '../users/change-audit.js';
import { FactorDrop } from '../users/factor-drop.js';
import { type Target, UserTargets } from '../users/user-targets.js';
import { assignRefusal } from './assign.policy.js';
import { hardwareTokenView } from './hardware-token-view.js';
import type { HardwareTokenType } from './hardware-token.types.js';

const NOUN = 'hardware token';

/** Who has which token. */
@Injectable()
export class TokenHolders {
  constructor(
    private readonly clock: Clock,
    private readonly change: AdminChange,
    private readonly targets: UserTargets,
    private readonly tokens: HardwareTokensService,
    private readonly factorDrop: FactorDrop,
    private readonly remover: TwoFactorRemover,
    private readonly enrollments: EnrollmentsStore,
    private readonly notices: NoticesService,
    private readonly audit: ChangeAudit,
  ) {}

  /** From here on the person proves it; until then it opens nothing. */
  async assign(actor: Actor, tokenId: string, userId: string): Promise<HardwareTokenType | Refusal> {
    return this.change.run(actor, 'assignHardwareToken', async (tx) => {
      const token = await this.find(tx, actor, tokenId);
      const target = await this.targets.forChange(tx, actor, userId);
      if (isRefusal(target)) return target;
      const { user, policy } = target;
      const has = {
        token: (await this.tokens.assignedTo(tx, user.id)) !== null,
        totp: policy.factors.some(({ method }) => method === 'TOTP'),
      };
      const refusal = assignRefusal(token.state, user, has);
      if (refusal !== null) return refusal;
      if (!(await this.tokens.assign(tx, token.id, user.id))) return refuse('IN_USE');
      await this.audit.record(tx, actor, 'hardware-token.assigned', user, { serial: token.serial });
      return hardwareTokenView({ ...token, state: 'ASSIGNED', userId: user.id }, user);
    });
  }

  /** A lost one stays lost until it is found, and released again. */
  async release(actor: Actor, tokenId: string, lost: boolean): Promise<HardwareTokenType | Refusal> {
    return this.change.run(actor, 'releaseHardwareToken', async (tx) => {
      const token = await this.find(tx, actor, tokenId);
      const state = lost ? 'LOST' : 'FREE';
      if (token.state === state) return hardwareTokenView(token, null);
      const target = await this.holder(tx, actor, token);
      if (isRefusal(target)) return target;
      await this.tokens.release(tx, token.id, lost);
      if (target !== null) await this.takeFrom(tx, actor, target, token, lost);
      const facts = { serial: token.serial, before: token.state };
      const key = lost ? 'hardware-token.lost' : 'hardware-token.released';
      await this.audit.record(tx, actor, key, target?.user ?? null, facts);
      return hardwareTokenView({ ...token, state, userId: null }, null);
    });
  }

  private async takeFrom(
    tx: Tx,
    actor: Actor,
    { user, policy, ground }: Target,
    token: HardwareTokenEntity,
    lost: boolean,
  ): Promise<void> {
    // A set-up of this very token may be half-way.
    await this.enrollments.endAllOf(tx, user.id, this.clock.now());
    const resting = policy.factors.filter(({ hardwareTokenId }) => hardwareTokenId === token.id);
    if (resting.length === 0) return;
    await this.factorDrop.drop(tx, user, resting);
    // Whoever found it may have signed in with it: a loss ends what a reset ends. A token handed in tells of no thief.
    if (lost) await this.remover.endSignIns(tx, user, 'two-factor-reset');
    const person = { user, settings: ground.settings, origin: actor.origin };
    await this.notices.tell(tx, 'factor-removed', person, { method: 'TOTP' });
  }

  private async holder(tx: Tx, actor: Actor, { userId }: HardwareTokenEntity): Promise<Target | Refusal | null> {
    return userId === null ? null : this.targets.forChange(tx, actor, userId);
  }

  private async find(tx: Tx, actor: Actor, id: string): Promise<HardwareTokenEntity> {
    const token = await this.tokens.byId(tx, actor.organizationId, id);
    if (token === null) throw notFound(NOUN);
    return token;
  }
}
