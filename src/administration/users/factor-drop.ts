import { Injectable } from '@nestjs/common';
import { type FactorEntity, FactorsStore, HardwareTokensService, RecoveryCodesService } from '../../otp/index.js';
import type { Tx } from '../../platform/database/index.js';
import { type UserEntity, UsersStore } from '../../users/index.js';

/** Takes single factors away, where a reset of all of them would be too much. */
@Injectable()
export class FactorDrop {
  constructor(
    private readonly factors: FactorsStore,
    private readonly hardwareTokens: HardwareTokensService,
    private readonly recoveryCodes: RecoveryCodesService,
    private readonly users: UsersStore,
  ) {}

  /** Browsers that were trusted by what goes away are trusted no more. */
  async drop(tx: Tx, user: UserEntity, dropped: readonly FactorEntity[]): Promise<void> {
    if (dropped.length === 0) return;
    for (const factor of dropped) {
      await this.factors.remove(tx, factor.id);
      if (factor.hardwareTokenId !== null) await this.hardwareTokens.unprove(tx, user.id);
      if (factor.method === user.preferredMethod) {
        user.preferredMethod = null;
        await this.users.update(tx, user.id, { preferredMethod: null });
      }
    }
    // They are made with the first factor, and a new first one comes with new ones.
    if ((await this.factors.of(tx, user.id)).length === 0) await this.recoveryCodes.removeAll(tx, user.id);
    await this.users.moveTrustEpoch(tx, [user.id]);
  }
}
