import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/index.js';
import { DeliveryError, permanent, temporary } from './delivery-error.js';
import { GatewayRefusedError, gatewayProblem, guardedLookup } from './gateway-guard.js';
import type { SmsGateway } from './ports.js';
import { type SmsRequest, smsRequest } from './sms-request.js';

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 4_096;
/** 4xx that say "later", not "never": Request Timeout, Too Early, Too Many Requests. */
const PASSING = new Set([408, 425, 429]);

/** Sends one text by one HTTP request. */
@Injectable()
export class SmsTransport {
  private readonly hosts: readonly string[];

  constructor(@Inject(CONFIG) { smsGatewayHosts }: Config) {
    this.hosts = smsGatewayHosts;
  }

  /** @throws DeliveryError */
  async send(gateway: SmsGateway, receiver: string, text: string): Promise<void> {
    const problem = gatewayProblem(gateway.gatewayUrl, this.hosts);
    if (problem !== null) throw permanent(problem);
    const request = smsRequest(gateway, receiver, text);
    let status: number;
    try {
      status = await this.exchange(request);
    } catch (error) {
      throw connectionFailure(error);
    }
    if (status >= 200 && status < 300) return;
    const answer = `The gateway answered ${String(status)}.`;
    if (status >= 300 && status < 400) throw permanent(`${answer} Redirects are not followed.`);
    throw status >= 500 || PASSING.has(status) ? temporary(answer) : permanent(answer);
  }

  /** The status of the answer. Its body is nobody's business and is read only so far as to let the server finish. */
  private exchange({ url, method, headers, body }: SmsRequest): Promise<number> {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const outgoing = send(
        url,
        {
          method,
          headers: { ...headers, ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }) },
          // A connection of its own, never one from a pool that was checked for something else.
          agent: false,
          lookup: guardedLookup(url, this.hosts),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        },
        (incoming) => {
          drain(incoming, () => resolve(incoming.statusCode ?? 0));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body ?? undefined);
    });
  }
}

function drain(incoming: IncomingMessage, done: () => void): void {
  let left = ANSWER_BYTES;
  incoming.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left > 0) return;
    done();
    incoming.destroy();
  });
  incoming.on('end', done);
  // The status has been given: a body that breaks off must not make the same text go out again.
  incoming.on('error', done);
}

function connectionFailure(error: unknown): DeliveryError {
  if (error instanceof GatewayRefusedError) return permanent(error.gateway);
  const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown';
  return temporary(`The gateway could not be reached or broke off (${code}).`);
}
