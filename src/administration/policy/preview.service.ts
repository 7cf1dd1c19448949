import { Injectable } from '@nestjs/common';
import { FactsLoader, type PolicyGround } from '../../auth/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import type { Actor } from '../../shared/actor.js';
import { UsersStore, userView } from '../../users/index.js';
import { type ChangedGround, ChangedGrounds } from './changed-ground.service.js';
import { Judge } from './judge.service.js';
import { PreviewTally } from './preview.tally.js';
import type { TwoFactorChangeInput, TwoFactorPreviewType } from './preview.types.js';
import { reachOf } from './reach.policy.js';
import { type UserSign, UserSignsStore } from './user-signs.store.js';

/** What a change would do to everyone, without making it. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly facts: FactsLoader,
    private readonly changed: ChangedGrounds,
    private readonly signs: UserSignsStore,
    private readonly judge: Judge,
    private readonly users: UsersStore,
  ) {}

  /**
   * Everybody's facts are read as a short sign; the first user of each sign is decided by the very rules of a sign-in,
   * and stands for all others of that sign.
   * @throws ApiError NOT_FOUND, BAD_USER_INPUT
   */
  async preview(actor: Actor, change: TwoFactorChangeInput): Promise<TwoFactorPreviewType> {
    const { organizationId } = actor;
    const now = this.clock.now();
    const before = await this.unitOfWork.readAside((tx) => this.facts.freshGround(tx, organizationId));
    const after = this.changed.apply(actor, before, change);
    const reach = reachOf(before, after.ground, after.kept, now);
    const { methods, smsAllowedPrefixes: allowedPrefixes } = after.ground.settings;
    // Only a text can be out of reach: an app can be set up by anyone, and everyone has an address.
    const withEmail = methods.every((method) => method === 'SMS');
    const tally = new PreviewTally();
    const request = { organizationId, reach, cutoffs: reach.cutoffs, allowedPrefixes, withEmail };
    for await (const batch of this.signs.batches(request)) {
      await this.learn(tally, batch, before, after, now);
      const visible = withEmail ? await this.visible(actor, batch) : null;
      for (const user of batch) tally.add(user, visible === null || visible.has(user.id));
    }
    const sample = await this.unitOfWork.readAside((tx) => this.users.visibleAmong(tx, actor, tally.sample()));
    const inOrder = sample.sort((a, b) => (a.email < b.email ? -1 : 1));
    return { ...tally.counts(), leftWithoutMethodSample: inOrder.map(userView) };
  }

  private async learn(
    tally: PreviewTally,
    batch: readonly UserSign[],
    before: PolicyGround,
    after: ChangedGround,
    now: Date,
  ): Promise<void> {
    const fresh = new Map<string, string>();
    for (const { id, sign } of batch) if (!tally.knows(sign) && !fresh.has(sign)) fresh.set(sign, id);
    const verdicts = await this.judge.verdicts([...fresh.values()], before, after, now);
    for (const [sign, id] of fresh) {
      const verdict = verdicts.get(id);
      if (verdict !== undefined) tally.learn(sign, verdict);
    }
  }

  /** Null for everyone. */
  private async visible(actor: Actor, batch: readonly UserSign[]): Promise<Set<string> | null> {
    if (actor.visibility === 'ALL') return null;
    const [first, last] = [batch[0]?.id ?? '', batch.at(-1)?.id ?? ''];
    return new Set(await this.unitOfWork.readAside((tx) => this.users.visibleIdsBetween(tx, actor, first, last)));
  }
}
