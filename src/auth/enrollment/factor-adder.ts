import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import {
  type EnrollmentEntity,
  type FactorEntity,
  FactorsStore,
  HardwareTokensService,
  TotpService,
} from '../../otp/index.js';
import { Clock, Random } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { Origin } from '../../shared/actor.js';
import { UsersStore } from '../../users/index.js';
import { HardTokenProof } from '../factor/hard-token-proof.js';
import { NoticesService } from '../factor/notices.service.js';
import type { EnrollmentContext } from './enrollment-door.js';

/** Writes the factor that a proven enrollment becomes, and all that goes with it. */
@Injectable()
export class FactorAdder {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly factors: FactorsStore,
    private readonly hardwareTokens: HardwareTokensService,
    private readonly totp: TotpService,
    private readonly users: UsersStore,
    private readonly hardTokenProof: HardTokenProof,
    private readonly notices: NoticesService,
    private readonly audit: AuditService,
  ) {}

  async add(
    tx: Tx,
    context: EnrollmentContext,
    enrollment: EnrollmentEntity,
    proven: { step: number },
    origin: Origin,
  ): Promise<FactorEntity> {
    const { user, settings } = context;
    const factor = await this.write(tx, context, enrollment, proven.step);
    await this.confirmDestination(tx, context, enrollment);
    if (enrollment.replaces) {
      // The phone that was lost may be what a trusted browser was trusted by.
      await this.users.moveTrustEpoch(tx, [user.id]);
      user.trustEpoch += 1;
    }
    const { method } = enrollment;
    await this.audit.record(tx, {
      organizationId: user.organizationId,
      key: 'factor.added',
      actor: { userId: user.id, email: user.email },
      subject: { id: user.id, email: user.email },
      origin,
      facts: { method, replaces: enrollment.replaces },
    });
    await this.notices.tell(tx, 'factor-added', { user, settings, origin }, { method });
    return factor;
  }

  private async write(
    tx: Tx,
    { user }: EnrollmentContext,
    enrollment: EnrollmentEntity,
    step: number,
  ): Promise<FactorEntity> {
    if (enrollment.hardwareTokenId !== null) {
      const token = await this.hardwareTokens.byId(tx, user.organizationId, enrollment.hardwareTokenId);
      if (token === null) throw new Error('An enrollment names a hard token that is gone.');
      return this.hardTokenProof.prove(tx, user, token, step);
    }
    const now = this.clock.now();
    const id = this.random.id(now);
    const factor: FactorEntity = {
      id,
      organizationId: user.organizationId,
      userId: user.id,
      method: enrollment.method,
      secretSealed: this.totp.moveSecret(enrollment, id),
      hardwareTokenId: null,
      algorithm: enrollment.algorithm,
      digits: enrollment.digits,
      period: enrollment.period,
      // The code that proved it is spent with it.
      lastStep: step,
      destination: enrollment.destination,
      confirmedAt: now,
      lastUsedAt: now,
      disabledAt: null,
    };
    await this.factors.put(tx, factor);
    return factor;
  }

  private async confirmDestination(
    tx: Tx,
    { user }: EnrollmentContext,
    { method, destination }: EnrollmentEntity,
  ): Promise<void> {
    const now = this.clock.now();
    if (method === 'EMAIL') {
      user.emailConfirmedAt ??= now;
      await this.users.update(tx, user.id, { emailConfirmedAt: user.emailConfirmedAt });
    }
    if (method === 'SMS') {
      user.phone ??= destination;
      user.phoneConfirmedAt = now;
      await this.users.update(tx, user.id, { phone: user.phone, phoneConfirmedAt: now });
    }
  }
}
