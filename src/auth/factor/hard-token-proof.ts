import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { FactorEntity, FactorsStore, type HardwareTokenEntity, HardwareTokensService } from '../../otp/index.js';
import { Clock, Random } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { UserEntity } from '../../users/index.js';

/** The first right code of an assigned hard token makes it the user's factor; until then it counts for nothing. */
@Injectable()
export class HardTokenProof {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly factors: FactorsStore,
    private readonly hardwareTokens: HardwareTokensService,
    private readonly audit: AuditService,
  ) {}

  async prove(tx: Tx, user: UserEntity, token: HardwareTokenEntity, step: number): Promise<FactorEntity> {
    const now = this.clock.now();
    await this.hardwareTokens.prove(tx, token.id, user.id);
    const factor: FactorEntity = {
      id: this.random.id(now),
      organizationId: user.organizationId,
      userId: user.id,
      method: 'TOTP',
      secretSealed: null,
      hardwareTokenId: token.id,
      algorithm: token.algorithm,
      digits: token.digits,
      period: token.period,
      lastStep: step,
      destination: null,
      confirmedAt: now,
      lastUsedAt: now,
      disabledAt: null,
    };
    await this.factors.put(tx, factor);
    const subject = { id: user.id, email: user.email };
    await this.audit.record(tx, {
      organizationId: user.organizationId,
      key: 'hardware-token.proven',
      actor: { userId: user.id, email: user.email },
      subject,
      facts: { serial: token.serial },
    });
    return factor;
  }
}
