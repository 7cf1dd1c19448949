import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { DeliveryStatus, Method, SendableMethod } from '../../shared/codes.js';

/** How a sign-in step ended. */
export type SignInOutcome = 'succeeded' | 'refused';
/** By what: a second factor, the password alone, or a trusted browser. */
export type SignInMethod = Method | 'PASSWORD' | 'TRUSTED_BROWSER';

/**
 * What Prometheus reads. Labels take values of fixed lists alone, never what a client sent: that would name people,
 * and let a stranger grow the memory. Each application has its own registry, so several can live in one process.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  private readonly signIns = new Counter({
    name: 'sign_ins_total',
    help: 'Sign-in steps that were decided.',
    labelNames: ['outcome', 'method'],
    registers: [this.registry],
  });
  private readonly codesSent = new Counter({
    name: 'codes_sent_total',
    help: 'Codes handed to a mail server or text gateway.',
    labelNames: ['channel'],
    registers: [this.registry],
  });
  private readonly codeDelay = new Histogram({
    name: 'code_delay_seconds',
    help: 'Seconds between the request of a code and its leaving.',
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 90],
    registers: [this.registry],
  });
  private readonly messages = new Counter({
    name: 'messages_total',
    help: 'Messages that reached a status.',
    labelNames: ['status'],
    registers: [this.registry],
  });
  private readonly lockouts = new Counter({
    name: 'lockouts_total',
    help: 'Accounts locked after failed second factors.',
    registers: [this.registry],
  });
  private readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Seconds that an answer took, by route pattern and status.',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  signIn(outcome: SignInOutcome, method: SignInMethod): void {
    this.signIns.inc({ outcome, method });
  }

  /** @param delaySeconds since the code was asked for */
  codeSent(channel: SendableMethod, delaySeconds: number): void {
    this.codesSent.inc({ channel });
    this.codeDelay.observe(Math.max(0, delaySeconds));
  }

  message(status: DeliveryStatus): void {
    this.messages.inc({ status });
  }

  lockout(): void {
    this.lockouts.inc();
  }

  request(route: string, status: number, seconds: number): void {
    this.requests.observe({ route, status: String(status) }, seconds);
  }

  /** Asked at each reading. A source that fails leaves its number out: the rest stays readable. */
  readQueueDepth(depth: () => Promise<Readonly<Record<string, number>>>): void {
    new Gauge({
      name: 'queue_depth',
      help: 'Jobs that wait, by lane.',
      labelNames: ['lane'],
      registers: [this.registry],
      async collect() {
        this.reset();
        const depths = await depth().catch(() => ({}));
        for (const [lane, count] of Object.entries(depths)) this.set({ lane }, count);
      },
    });
  }

  readHashLine(waiting: () => number): void {
    new Gauge({
      name: 'hash_line',
      help: 'Password hashes that wait for a core.',
      registers: [this.registry],
      collect() {
        this.set(waiting());
      },
    });
  }

  /** Memory, CPU, event loop and garbage collection of this process. */
  readProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
