import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Random, Sealer } from '../platform/crypto/index.js';
import { instantParam, type Tx } from '../platform/database/index.js';
import { EnrollmentEntity } from './enrollment.entity.js';
import { FactorEntity } from './factor.entity.js';
import { HardwareTokenEntity } from './hardware-token.entity.js';
import { parseCode } from './otp-code.js';
import { enrollmentSecret, factorSecret, tokenSeed } from './places.js';
import { provisioningUri, qrImages } from './provisioning.js';
import { base32 } from './base32.js';
import { matchTotp, type TotpVerdict } from './totp.policy.js';

/** RFC 4226 §4 R6 asks for 128 bits at least and recommends 160, which is SHA-1's own block of output. */
const SECRET_BYTES = 20;

export interface Provisioning {
  secret: string;
  uri: string;
  qrCode: string;
  qrCodeSvg: string;
}

const WRONG: TotpVerdict = { kind: 'wrong' };

/** Secrets of authenticator apps and hard tokens: made, sealed, shown once, and checked with each step spent. */
@Injectable()
export class TotpService {
  constructor(
    private readonly random: Random,
    private readonly sealer: Sealer,
  ) {}

  newSecretFor(enrollmentId: string): string {
    return this.sealer.seal(this.random.bytes(SECRET_BYTES), enrollmentSecret(enrollmentId));
  }

  /** Seals an enrollment's secret anew for the factor that comes of it. */
  moveSecret(enrollment: EnrollmentEntity, factorId: string): string | null {
    if (enrollment.secretSealed === null) return null;
    const secret = this.sealer.open(enrollment.secretSealed, enrollmentSecret(enrollment.id));
    return this.sealer.seal(secret, factorSecret(factorId));
  }

  /** Takes over a secret from another product, so that nobody has to scan again. */
  sealImported(secret: Buffer, factorId: string): string {
    return this.sealer.seal(secret, factorSecret(factorId));
  }

  /** What the person scans or types. Null for a hard token, whose seed is never shown. */
  async provisioning(
    enrollment: EnrollmentEntity,
    names: { issuer: string; account: string },
  ): Promise<Provisioning | null> {
    if (enrollment.secretSealed === null) return null;
    const secret = this.sealer.open(enrollment.secretSealed, enrollmentSecret(enrollment.id));
    const { algorithm, digits, period } = enrollment;
    const uri = provisioningUri({ secret, ...names, algorithm, digits, period });
    const { png, svg } = await qrImages(uri);
    return { secret: base32(secret), uri, qrCode: png, qrCodeSvg: svg };
  }

  /** For the proof that ends an enrollment. The step is not spent here: the factor that comes of it begins with it. */
  async checkEnrollment(tx: Tx, enrollment: EnrollmentEntity, typed: string, now: Date): Promise<TotpVerdict> {
    const { algorithm, digits, period } = enrollment;
    const code = parseCode(typed, digits);
    if (code === null) return WRONG;
    if (enrollment.hardwareTokenId !== null) {
      const token = await tx.repository(HardwareTokenEntity).findOneBy({ id: enrollment.hardwareTokenId });
      return token === null ? WRONG : this.checkToken(tx, token, typed, now);
    }
    if (enrollment.secretSealed === null) return WRONG;
    const secret = this.sealer.open(enrollment.secretSealed, enrollmentSecret(enrollment.id));
    return matchTotp({ secret, code, now, lastStep: null, algorithm, digits, period });
  }

  /** Checks and, if it is right, spends the step by a guarded write: of fifty at once one gets `match`. */
  async check(tx: Tx, factor: FactorEntity, typed: string, now: Date): Promise<TotpVerdict> {
    if (factor.disabledAt !== null) return WRONG;
    if (factor.hardwareTokenId !== null) {
      const token = await tx.repository(HardwareTokenEntity).findOneBy({ id: factor.hardwareTokenId });
      return token?.state === 'PROVEN' ? this.checkToken(tx, token, typed, now) : WRONG;
    }
    const { algorithm, digits, period, lastStep } = factor;
    const code = parseCode(typed, digits);
    if (code === null || factor.secretSealed === null) return WRONG;
    const secret = this.sealer.open(factor.secretSealed, factorSecret(factor.id));
    const verdict = matchTotp({ secret, code, now, lastStep, algorithm, digits, period });
    if (verdict.kind !== 'match') return verdict;
    const affected = await tx.write('UPDATE factors SET lastStep = ?, lastUsedAt = ? WHERE id = ? AND lastStep < ?', [
      verdict.step,
      instantParam(now),
      factor.id,
      verdict.step,
    ]);
    return affected === 1 ? verdict : { kind: 'spent' };
  }

  async checkToken(tx: Tx, token: HardwareTokenEntity, typed: string, now: Date): Promise<TotpVerdict> {
    const { algorithm, digits, period, lastStep } = token;
    const code = parseCode(typed, digits);
    if (code === null || token.state === 'LOST' || token.state === 'FREE') return WRONG;
    const secret = this.sealer.open(token.seedSealed, tokenSeed(token.id));
    const verdict = matchTotp({ secret, code, now, lastStep, algorithm, digits, period });
    if (verdict.kind !== 'match') return verdict;
    const { affected } = await tx.manager.update(
      HardwareTokenEntity,
      { id: token.id, lastStep: LessThan(verdict.step) },
      { lastStep: verdict.step },
    );
    return affected === 1 ? verdict : { kind: 'spent' };
  }
}
