import { Injectable } from '@nestjs/common';
import {
  ChallengesService,
  type FactorEntity,
  FactorsStore,
  HardwareTokensService,
  RecoveryCodesService,
  TotpService,
  type TotpVerdict,
} from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/index.js';
import { isSendable, type Method } from '../../shared/codes.js';
import { refuse, type Refusal } from '../../shared/outcome.js';
import type { UserEntity } from '../../users/index.js';
import { HardTokenProof } from './hard-token-proof.js';

/** What could be found out before the transaction: a slow hash has no place in it. */
export interface PreparedCheck {
  method: Method;
  code: string;
  /** The recovery code that matched, if one did. */
  recoveryCodeId: string | null;
}

export type CheckVerdict = { right: true } | { right: false; why: string; refusal: Refusal };

const wrong = (why: string, message?: string): CheckVerdict => ({
  right: false,
  why,
  refusal: refuse('OTP_INVALID', message === undefined ? {} : { message }),
});

/** Looks at one code of any method and, if it is right, uses it up. The gate has counted the try before. */
@Injectable()
export class FactorCheck {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly factors: FactorsStore,
    private readonly totp: TotpService,
    private readonly challenges: ChallengesService,
    private readonly recoveryCodes: RecoveryCodesService,
    private readonly hardwareTokens: HardwareTokensService,
    private readonly hardTokenProof: HardTokenProof,
  ) {}

  async prepare(user: UserEntity, method: Method, code: string): Promise<PreparedCheck> {
    if (method !== 'RECOVERY_CODE') return { method, code, recoveryCodeId: null };
    const candidate = await this.unitOfWork.read((tx) => this.recoveryCodes.candidate(tx, user.id, code));
    const matches = await this.recoveryCodes.matches(candidate, code);
    return { method, code, recoveryCodeId: matches && candidate !== null ? candidate.row.id : null };
  }

  /**
   * @param subject what a sent code is bound to
   * @param own the user's factors, where this very transaction has read them already
   */
  async check(
    tx: Tx,
    user: UserEntity,
    subject: string,
    prepared: PreparedCheck,
    own?: readonly FactorEntity[],
  ): Promise<CheckVerdict> {
    const { method, code, recoveryCodeId } = prepared;
    if (method === 'RECOVERY_CODE') {
      const used = recoveryCodeId !== null && (await this.recoveryCodes.consume(tx, recoveryCodeId));
      return used ? { right: true } : wrong('wrong');
    }
    if (isSendable(method)) return this.checkSent(tx, user, subject, method, code);
    return this.checkTotp(tx, user, code, own);
  }

  private async checkSent(
    tx: Tx,
    user: UserEntity,
    subject: string,
    method: 'EMAIL' | 'SMS',
    code: string,
  ): Promise<CheckVerdict> {
    const challenge = await this.challenges.find(tx, subject, method);
    // A code that went to an address which is not this user's any more proves nothing.
    const onFile = method === 'EMAIL' ? user.email : user.phone;
    if (challenge?.userId !== user.id || challenge.destination !== onFile) return wrong('wrong');
    const now = this.clock.now();
    const verdict = await this.challenges.check(tx, subject, method, code, now);
    if (verdict !== 'right') return wrong(verdict);
    const factor = await this.factors.find(tx, user.id, method);
    if (factor !== null) await this.factors.touch(tx, factor.id, now);
    return { right: true };
  }

  private async checkTotp(
    tx: Tx,
    user: UserEntity,
    code: string,
    own: readonly FactorEntity[] | undefined,
  ): Promise<CheckVerdict> {
    const now = this.clock.now();
    const known = own?.find(({ method }) => method === 'TOTP');
    const factor = known ?? (await this.factors.find(tx, user.id, 'TOTP'));
    if (factor !== null) return totpVerdict(await this.totp.check(tx, factor, code, now));
    const token = await this.hardwareTokens.assignedTo(tx, user.id);
    if (token === null) return wrong('no factor');
    const verdict = await this.totp.checkToken(tx, token, code, now);
    if (verdict.kind === 'match') await this.hardTokenProof.prove(tx, user, token, verdict.step);
    return totpVerdict(verdict);
  }
}

/** After the password a person may be told that it is the phone's clock; the code is refused all the same. */
export function totpVerdict(verdict: TotpVerdict): CheckVerdict {
  if (verdict.kind === 'match') return { right: true };
  if (verdict.kind === 'spent') return wrong('spent');
  if (verdict.kind === 'wrong') return wrong('wrong');
  const seconds = Math.abs(verdict.seconds);
  const direction = verdict.seconds > 0 ? 'ahead' : 'behind';
  return wrong(
    'clock',
    `Otp invalid! The clock of your phone seems to be about ${String(seconds)} seconds ${direction}: set it to automatic time.`,
  );
}
