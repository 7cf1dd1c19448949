import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type SMTPPoolOptions, type SMTPPoolSentMessageInfo, type Transporter } from 'nodemailer';
import { errorName, type Lane } from '../platform/queue/index.js';
import { type DeliveryError, permanent, temporary } from './delivery-error.js';
import type { RenderedMail } from './renderer.js';
import { smtpOptions } from './smtp-options.js';

export interface OutgoingMail extends RenderedMail {
  from: { name: string; address: string };
  to: string;
  /** With its angle brackets. */
  messageId: string;
}

type Pool = Transporter<SMTPPoolSentMessageInfo, SMTPPoolOptions>;

const MAX_POOLS = 60;
const CONNECTIONS: Record<Lane, number> = { codes: 8, normal: 4, bulk: 4 };

/** Sends by SMTP, over connections that are kept: one pool for each server and lane, so that bulk mail holds up no code. */
@Injectable()
export class SmtpTransport implements OnApplicationShutdown {
  private readonly logger = new Logger('Mail');
  /** Least recently used first. */
  private readonly pools = new Map<string, Pool>();

  /** @throws DeliveryError */
  async send(smtpUrl: string, lane: Lane, mail: OutgoingMail): Promise<void> {
    const pool = this.pool(smtpUrl, lane);
    try {
      await pool.sendMail({
        messageId: mail.messageId,
        from: mail.from,
        // As an object it is taken literally: no comma or bracket in it can add a recipient.
        to: { name: '', address: mail.to },
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        // RFC 3834 §5: away-messages stay away.
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
    } catch (error) {
      throw smtpFailure(error);
    }
  }

  onApplicationShutdown(): void {
    for (const pool of this.pools.values()) pool.close();
    this.pools.clear();
  }

  private pool(smtpUrl: string, lane: Lane): Pool {
    const key = `${lane} ${smtpUrl}`;
    const pool = this.pools.get(key) ?? this.open(smtpUrl, lane);
    this.pools.delete(key);
    this.pools.set(key, pool);
    for (const [oldest, unused] of this.pools) {
      if (this.pools.size <= MAX_POOLS) break;
      this.pools.delete(oldest);
      unused.close();
    }
    return pool;
  }

  private open(smtpUrl: string, lane: Lane): Pool {
    const pool = createTransport({
      ...smtpOptions(smtpUrl),
      pool: true,
      maxConnections: CONNECTIONS[lane],
      connectionTimeout: 5_000,
      greetingTimeout: 5_000,
      socketTimeout: 15_000,
      dnsTimeout: 5_000,
      // What is sent never names a file or URL to fetch, and must not come to.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    // Connections that break while idle are reported here; without a listener that would end the process.
    pool.on('error', (error: unknown) => this.logger.warn(`An idle connection ended: ${errorName(error)}`));
    return pool;
  }
}

/** RFC 5321 §4.2.1: 5yz will not change by trying again, 4yz may; no answer at all is like 4yz. */
export function smtpFailure(error: unknown): DeliveryError {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  if (typeof responseCode === 'number' && Number.isInteger(responseCode)) {
    const text = `The mail server answered ${String(responseCode)}.`;
    return responseCode >= 500 && responseCode < 600 ? permanent(text) : temporary(text);
  }
  if (code === 'EENVELOPE' || code === 'ECONFIG') return permanent('The mail cannot be addressed in this way.');
  return temporary(
    `The mail server could not be reached or broke off (${typeof code === 'string' ? code : 'no code'}).`,
  );
}
