import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { Random, Sealer } from '../platform/crypto/index.js';
import { isDuplicateKey, type Tx, UnitOfWork } from '../platform/database/index.js';
import type { SendableMethod } from '../shared/codes.js';
import { refuse, type Refusal } from '../shared/outcome.js';
import { ChallengeEntity } from './challenge.entity.js';
import { hotpCode, sameCode } from './hotp.js';
import { parseCode } from './otp-code.js';
import { challengeSecret } from './places.js';
import { SendWindowsStore, windowOfDestination, windowOfUser } from './send-windows.store.js';

const SECRET_BYTES = 20;
const SENT_CODE = { algorithm: 'SHA1', digits: 6 } as const;

export interface ChallengeRequest {
  organizationId: string;
  userId: string;
  /** What the code is bound to. */
  subject: string;
  method: SendableMethod;
  /** The stored address or number, never what was typed. */
  destination: string;
  codeSeconds: number;
}

export type CodeVerdict = 'right' | 'wrong' | 'expired';

/** Codes that travel: HOTP with a secret and a counter of their own, and nothing at rest that is a code. */
@Injectable()
export class ChallengesService {
  constructor(
    private readonly random: Random,
    private readonly sealer: Sealer,
    private readonly windows: SendWindowsStore,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Begins a challenge or moves its counter on, which ends the code before it. */
  async issue(tx: Tx, request: ChallengeRequest, now: Date): Promise<ChallengeEntity | Refusal> {
    const keys = [windowOfUser(request.userId), windowOfDestination(request.destination)];
    const permit = await this.windows.take(tx, keys, now);
    if (!permit.ok) return refuse('RESEND_TOO_SOON', { retryAt: permit.retryAt });

    const times = {
      sentAt: now,
      expiresAt: new Date(now.getTime() + request.codeSeconds * 1000),
      resendAt: permit.resendAt,
      consumedAt: null,
      messageId: null,
    };
    const { subject, method } = request;
    const standing = await tx.repository(ChallengeEntity).findOneBy({ subject, method });
    if (standing !== null && standing.destination === request.destination) {
      const moved = { ...times, counter: standing.counter + 1 };
      const guard = { id: standing.id, counter: standing.counter };
      const { affected } = await tx.manager.update(ChallengeEntity, guard, moved);
      return affected === 1 ? Object.assign(standing, moved) : refuse('RESEND_TOO_SOON', { retryAt: permit.resendAt });
    }
    if (standing !== null) await tx.manager.delete(ChallengeEntity, { id: standing.id });
    return this.begin(tx, request, times, now);
  }

  async linkMessage(tx: Tx, challenge: ChallengeEntity, messageId: string): Promise<void> {
    challenge.messageId = messageId;
    await tx.manager.update(ChallengeEntity, { id: challenge.id }, { messageId });
  }

  /** For the worker, at the moment of sending. Null where a later send, a success or time has ended the code. */
  async codeFor(challengeId: string, counter: number, now: Date): Promise<string | null> {
    const row = await this.unitOfWork.read((tx) => tx.repository(ChallengeEntity).findOneBy({ id: challengeId }));
    if (row?.counter !== counter || row.consumedAt !== null || row.expiresAt <= now) return null;
    return this.derive(row);
  }

  /** Checks and, if it is right, consumes it by a guarded write: of fifty at once one gets `right`. */
  async check(tx: Tx, subject: string, method: SendableMethod, typed: string, now: Date): Promise<CodeVerdict> {
    const row = await tx.repository(ChallengeEntity).findOneBy({ subject, method });
    const code = parseCode(typed, SENT_CODE.digits);
    if (row === null || code === null) return 'wrong';
    if (row.consumedAt !== null || row.expiresAt <= now) return 'expired';
    if (!sameCode(this.derive(row), code)) return 'wrong';
    const { affected } = await tx.manager.update(
      ChallengeEntity,
      { id: row.id, counter: row.counter, consumedAt: IsNull(), expiresAt: MoreThan(now) },
      { consumedAt: now },
    );
    return affected === 1 ? 'right' : 'expired';
  }

  /** Whether `check` would find it right now; uses nothing up. */
  async peek(tx: Tx, subject: string, method: SendableMethod, typed: string, now: Date): Promise<boolean> {
    const row = await tx.repository(ChallengeEntity).findOneBy({ subject, method });
    const code = parseCode(typed, SENT_CODE.digits);
    if (row === null || code === null || row.consumedAt !== null || row.expiresAt <= now) return false;
    return sameCode(this.derive(row), code);
  }

  /** The address that the last code of this subject went to, so that a proof cannot be claimed for another. */
  async find(tx: Tx, subject: string, method: SendableMethod): Promise<ChallengeEntity | null> {
    return tx.repository(ChallengeEntity).findOneBy({ subject, method });
  }

  async latest(tx: Tx, subject: string): Promise<ChallengeEntity | null> {
    const [latest] = await tx
      .repository(ChallengeEntity)
      .find({ where: { subject }, order: { sentAt: 'DESC' }, take: 1 });
    return latest ?? null;
  }

  /** After a reset or a change of address, codes under way open nothing. */
  async endAllOf(tx: Tx, userId: string, now: Date): Promise<void> {
    await tx.manager.update(ChallengeEntity, { userId, consumedAt: IsNull() }, { consumedAt: now });
  }

  private derive(row: ChallengeEntity): string {
    const secret = this.sealer.open(row.secretSealed, challengeSecret(row.id));
    return hotpCode(secret, row.counter, SENT_CODE);
  }

  private async begin(
    tx: Tx,
    { organizationId, userId, subject, method, destination }: ChallengeRequest,
    times: Pick<ChallengeEntity, 'sentAt' | 'expiresAt' | 'resendAt' | 'consumedAt' | 'messageId'>,
    now: Date,
  ): Promise<ChallengeEntity | Refusal> {
    const id = this.random.id(now);
    const secretSealed = this.sealer.seal(this.random.bytes(SECRET_BYTES), challengeSecret(id));
    const row = { id, organizationId, userId, subject, method, destination, secretSealed, counter: 0, ...times };
    try {
      await tx.manager.insert(ChallengeEntity, row);
    } catch (error) {
      // Two sends at the same moment: the other one is on its way already.
      if (isDuplicateKey(error)) return refuse('RESEND_TOO_SOON', { retryAt: times.resendAt });
      throw error;
    }
    return tx.manager.create(ChallengeEntity, row);
  }
}
