import { EnrollmentEntity, type HardwareTokenEntity } from '../../otp/index.js';
import type { FactorMethod } from '../../shared/codes.js';
import { plusSeconds } from '../session/session.times.js';
import type { EnrollmentContext } from './enrollment-door.js';

/** For a signed-in person, as long as a ticket lives. */
const SECONDS = 600;

export interface NewEnrollment {
  id: string;
  method: FactorMethod;
  secretSealed: string | null;
  hardwareToken: HardwareTokenEntity | null;
  destination: string | null;
  replaces: boolean;
  link: { linkHash: string; linkExpiresAt: Date } | null;
}

export function newEnrollment(context: EnrollmentContext, values: NewEnrollment, now: Date): EnrollmentEntity {
  const { hardwareToken, link, ...rest } = values;
  const lasts = context.signIn?.ticket.expiresAt ?? plusSeconds(now, SECONDS);
  return Object.assign(new EnrollmentEntity(), {
    ...rest,
    organizationId: context.user.organizationId,
    userId: context.user.id,
    ticketId: context.signIn?.ticket.id ?? null,
    sessionId: context.sessionId,
    hardwareTokenId: hardwareToken?.id ?? null,
    algorithm: hardwareToken?.algorithm ?? ('SHA1' as const),
    digits: hardwareToken?.digits ?? (6 as const),
    period: hardwareToken?.period ?? 30,
    linkHash: link?.linkHash ?? null,
    linkExpiresAt: link?.linkExpiresAt ?? null,
    linkOpenedAt: null,
    tries: 0,
    createdAt: now,
    expiresAt: link?.linkExpiresAt ?? lasts,
    endedAt: null,
  } satisfies EnrollmentEntity);
}
