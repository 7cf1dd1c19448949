import { Injectable } from '@nestjs/common';
import { ChallengesService, type EnrollmentEntity, TotpService } from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import { isSendable } from '../../shared/codes.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import { totpVerdict } from '../factor/factor-check.js';
import type { EnrollmentContext } from './enrollment-door.js';

export type Proof = { right: true; step: number } | { right: false; why: string; refusal: Refusal };

/** Whether the person holds what they are setting up. */
@Injectable()
export class EnrollmentProof {
  constructor(
    private readonly clock: Clock,
    private readonly totp: TotpService,
    private readonly challenges: ChallengesService,
  ) {}

  /** Without using anything up. A hard token's step is spent by looking, so its first look is the real one. */
  async peek(tx: Tx, enrollment: EnrollmentEntity, subject: string, code: string): Promise<boolean> {
    const now = this.clock.now();
    if (enrollment.hardwareTokenId !== null) return true;
    if (isSendable(enrollment.method)) return this.challenges.peek(tx, subject, enrollment.method, code, now);
    return (await this.totp.checkEnrollment(tx, enrollment, code, now)).kind === 'match';
  }

  async check(
    tx: Tx,
    enrollment: EnrollmentEntity,
    { subject, user }: EnrollmentContext,
    code: string,
  ): Promise<Proof> {
    const now = this.clock.now();
    const { method } = enrollment;
    if (!isSendable(method)) {
      const verdict = await this.totp.checkEnrollment(tx, enrollment, code, now);
      if (verdict.kind === 'match') return { right: true, step: verdict.step };
      const shown = totpVerdict(verdict);
      return shown.right ? wrong('wrong') : shown;
    }
    const challenge = await this.challenges.find(tx, subject, method);
    // The address may have been changed by an administrator since the code left for the old one.
    const moved =
      method === 'EMAIL'
        ? user.email !== enrollment.destination
        : (user.phone ?? enrollment.destination) !== enrollment.destination;
    if (challenge?.userId !== user.id || challenge.destination !== enrollment.destination || moved)
      return wrong('wrong');
    const verdict = await this.challenges.check(tx, subject, method, code, now);
    return verdict === 'right' ? { right: true, step: -1 } : wrong(verdict);
  }
}

const wrong = (why: string): Proof => ({ right: false, why, refusal: refuse('OTP_INVALID') });
