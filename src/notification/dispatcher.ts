import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { Clock, Random, SealError, Sealer } from '../platform/crypto/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { type MessageResult, Metrics } from '../platform/metrics/index.js';
import { errorName, within } from '../platform/queue/index.js';
import { traced } from '../platform/tracing/index.js';
import { afterFailure } from './backoff.js';
import { DeliveryError, permanent } from './delivery-error.js';
import { DeliveryRounds } from './delivery-rounds.js';
import { DeliveryStore, type Ending } from './delivery.store.js';
import { linkTokenPlace } from './link-token.js';
import { MailChannel } from './mail-channel.js';
import type { MessageEntity, MessagePriority } from './message.entity.js';
import { CODE_SOURCE, type CodeSource } from './ports.js';
import { Renderer, type Secrets } from './renderer.js';
import { SmsChannel } from './sms-channel.js';

/** How long one try may take. The lease is longer, so that no second worker begins while the first may still send. */
const TRY_MS: Record<MessagePriority, number> = { CODE: 15_000, NORMAL: 40_000, BULK: 40_000 };
const leaseMs = (priority: MessagePriority): number => TRY_MS[priority] + 5_000;

const SUPERSEDED = 'Its code was used, has expired, or a newer one took its place.';
const EXPIRED = 'It expired before it could be sent.';

/** Sends one message. Any number of workers may be asked for the same one: one of them does it. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger('Delivery');

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: DeliveryStore,
    private readonly rounds: DeliveryRounds,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly sealer: Sealer,
    private readonly renderer: Renderer,
    private readonly mail: MailChannel,
    private readonly sms: SmsChannel,
    @Inject(CODE_SOURCE) private readonly codes: CodeSource,
    @Optional() private readonly metrics?: Metrics,
  ) {}

  /** Rejects only when the database cannot be reached: then the lease runs out, and the sweep takes the message up. */
  async deliver(id: string): Promise<void> {
    if (!(await this.unitOfWork.single((tx) => this.store.claim(tx, id, this.clock.now(), leaseMs)))) return;
    const message = await this.rounds.claimed(id);
    if (!message) return;
    if (message.expiresAt && message.expiresAt <= this.clock.now()) {
      return this.end(message, { status: 'EXPIRED', lastError: message.lastError ?? EXPIRED });
    }
    let secrets: Secrets | null;
    try {
      secrets = await this.secrets(message);
      if (secrets) await within(TRY_MS[message.priority], 'Sending', this.send(message, secrets));
    } catch (error) {
      return this.end(message, this.ending(message, error));
    }
    if (!secrets) return this.end(message, { status: 'EXPIRED', lastError: SUPERSEDED });
    const sentAt = await this.rounds.sent(id);
    this.metrics?.message(message.channel, 'SENT');
    if (message.priority === 'CODE') {
      this.metrics?.codeSent(message.channel, (sentAt.getTime() - message.createdAt.getTime()) / 1_000);
    }
    this.logger.log(`Message ${id} SENT, attempt ${String(message.attempts)}`);
  }

  /** The code is derived now and not before: no row and no job ever holds it. Null where there is none any more. */
  private async secrets(message: MessageEntity): Promise<Secrets | null> {
    const { id, challengeId, challengeCounter, linkTokenSealed } = message;
    const code = challengeId === null ? null : await this.codes.codeFor(challengeId, challengeCounter);
    if (challengeId !== null && code === null) return null;
    return { code, linkToken: linkTokenSealed === null ? null : this.open(linkTokenSealed, id) };
  }

  private open(sealed: string, id: string): string {
    try {
      return this.sealer.openText(sealed, linkTokenPlace(id));
    } catch (error) {
      throw error instanceof SealError
        ? permanent('The link of this message cannot be opened: was a key removed?')
        : error;
    }
  }

  private async send(message: MessageEntity, secrets: Secrets): Promise<void> {
    const { channel, template, attempts } = message;
    const facts = {
      'countersign.channel': channel,
      'countersign.template': template,
      'countersign.attempt': attempts,
    };
    await traced(`send ${channel}`, { kind: 'client', facts }, async () => {
      if (channel === 'EMAIL') await this.mail.send(message, this.renderer.mail(message, secrets));
      else await this.sms.send(message, this.renderer.text(message, secrets));
    });
  }

  private ending(message: MessageEntity, error: unknown): Ending {
    const isKnown = error instanceof DeliveryError;
    const lastError = (isKnown ? error.message : `Sending failed (${errorName(error)}).`).slice(0, 300);
    if (isKnown && error.permanent) return { status: 'FAILED', lastError };
    const chance = this.random.bytes(1).readUInt8(0) / 256;
    return { ...afterFailure(message, this.clock.now(), chance), lastError };
  }

  private async end(message: MessageEntity, ending: Ending): Promise<void> {
    const isOurs = await this.unitOfWork.run((tx) => this.store.ended(tx, message, ending));
    if (isOurs) this.metrics?.message(message.channel, resultOf(ending));
    const outcome = isOurs ? ending.status : 'taken over by another worker';
    this.logger.warn(`Message ${message.id} ${outcome}, attempt ${String(message.attempts)}: ${ending.lastError}`);
  }
}

/** A code that another took the place of is no failure of delivery. */
function resultOf({ status, lastError }: Ending): MessageResult {
  if (status === 'QUEUED') return 'RETRIED';
  return lastError === SUPERSEDED ? 'SUPERSEDED' : status;
}
