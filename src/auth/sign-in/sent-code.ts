import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/index.js';
import { MessagesService, Outbox } from '../../notification/index.js';
import {
  type ChallengeEntity,
  ChallengesService,
  SendWindowsStore,
  windowOfDestination,
  windowOfUser,
} from '../../otp/index.js';
import { Clock } from '../../platform/crypto/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { SettingsEntity } from '../../settings/index.js';
import type { Origin } from '../../shared/actor.js';
import type { SendableMethod } from '../../shared/codes.js';
import { maskEmail, maskPhone } from '../../shared/mask.js';
import { asRecorded, isRefusal, refuse, type Refusal } from '../../shared/outcome.js';
import { prefixAllowed, type UserEntity } from '../../users/index.js';
import type { CodeSentType } from './sign-in.types.js';

export interface CodeRequest {
  user: UserEntity;
  settings: SettingsEntity;
  /** What the code is bound to, such as `ticket:<id>`. */
  subject: string;
  method: SendableMethod;
  /** The stored address or number. */
  destination: string;
  origin: Origin;
  purpose: 'sign-in' | 'enrollment' | 'reauthentication';
}

export const ticketSubject = (ticketId: string): string => `ticket:${ticketId}`;
export const sessionSubject = (sessionId: string): string => `session:${sessionId}`;

/** Sends a code, within the limits, by way of the outbox: the row and the change stand together or not at all. */
@Injectable()
export class SentCodes {
  constructor(
    private readonly clock: Clock,
    private readonly challenges: ChallengesService,
    private readonly windows: SendWindowsStore,
    private readonly outbox: Outbox,
    private readonly messages: MessagesService,
    private readonly audit: AuditService,
  ) {}

  async send(tx: Tx, request: CodeRequest): Promise<CodeSentType | Refusal> {
    const sent = await this.trySend(tx, request);
    const { user, origin, method, purpose } = request;
    await this.audit.record(tx, {
      organizationId: user.organizationId,
      key: isRefusal(sent) ? 'code.refused' : 'code.sent',
      actor: { userId: user.id, email: user.email },
      subject: { id: user.id, email: user.email },
      origin,
      facts: { method, purpose, ...(isRefusal(sent) ? { why: sent.code } : {}) },
    });
    return isRefusal(sent) ? asRecorded(sent) : sent;
  }

  /** How the last code of a subject is travelling. */
  async status(tx: Tx, subject: string): Promise<CodeSentType | null> {
    const challenge = await this.challenges.latest(tx, subject);
    if (challenge === null) return null;
    const status = challenge.messageId === null ? null : await this.messages.status(tx, challenge.messageId);
    return codeSent(challenge, status ?? 'QUEUED');
  }

  private async trySend(tx: Tx, request: CodeRequest): Promise<CodeSentType | Refusal> {
    const { user, settings, method, destination, subject } = request;
    const now = this.clock.now();
    if (method === 'SMS') {
      const refusal = await this.textRefusal(tx, request, now);
      if (refusal !== null) return refusal;
    }
    const { codeSeconds } = settings;
    const { id: userId, organizationId } = user;
    const challenge = await this.challenges.issue(
      tx,
      { organizationId, userId, subject, method, destination, codeSeconds },
      now,
    );
    if (isRefusal(challenge)) return challenge;
    const message = await this.outbox.write(tx, {
      organizationId,
      userId,
      channel: method,
      priority: 'CODE',
      template: 'code',
      locale: user.locale,
      destination,
      facts: { issuer: settings.issuer, name: user.displayName, seconds: String(codeSeconds) },
      code: { challengeId: challenge.id, counter: challenge.counter },
      expiresAt: challenge.expiresAt,
    });
    await this.challenges.linkMessage(tx, challenge, message.id);
    return codeSent(challenge, message.status);
  }

  /** Texts cost money: a gateway, an allowed prefix, and a daily cap for the whole organization. */
  private async textRefusal(
    tx: Tx,
    { user, settings, destination: phone }: CodeRequest,
    now: Date,
  ): Promise<Refusal | null> {
    if (settings.smsGatewayUrl === null) return refuse('DELIVERY_UNAVAILABLE');
    if (!prefixAllowed(phone, settings.smsAllowedPrefixes)) {
      return refuse('DELIVERY_UNAVAILABLE', { message: 'Text messages are not sent to numbers of this country.' });
    }
    // Before the cap is touched: one person who asks a thousand times must not use up everybody's texts of the day.
    const retryAt = await this.windows.fullUntil(tx, [windowOfUser(user.id), windowOfDestination(phone)], now);
    if (retryAt !== null) return refuse('RESEND_TOO_SOON', { retryAt });
    const permit = await this.windows.takeDaily(tx, `sms:${settings.organizationId}`, settings.smsDailyCap, now);
    return permit.ok ? null : refuse('DELIVERY_UNAVAILABLE', { retryAt: permit.retryAt });
  }
}

function codeSent(challenge: ChallengeEntity, delivery: CodeSentType['delivery']): CodeSentType {
  const { method, destination, expiresAt, resendAt } = challenge;
  return {
    method,
    destination: method === 'EMAIL' ? maskEmail(destination) : maskPhone(destination),
    expiresAt,
    resendAt,
    delivery,
  };
}
