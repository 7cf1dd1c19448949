import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { API_ERROR_CODES } from '../../shared/api-error.js';
import { Method, type SendableMethod } from '../../shared/codes.js';
import { within } from '../queue/within.js';

const OUTCOMES = ['succeeded', 'challenged', 'refused'] as const;
/** How a sign-in step ended; after `challenged` the password was right, and more is asked for. */
export type SignInOutcome = (typeof OUTCOMES)[number];

const METHODS = [...Object.values(Method), 'PASSWORD', 'TRUSTED_BROWSER'] as const;
/** By what: a second factor, the password alone, or a trusted browser. */
export type SignInMethod = (typeof METHODS)[number];

const RESULTS = ['SENT', 'RETRIED', 'FAILED', 'EXPIRED', 'SUPERSEDED'] as const;
/** What became of a try to send a message, or of the message; after `RETRIED` it is tried again. */
export type MessageResult = (typeof RESULTS)[number];

const ROUNDS = ['ok', 'failed', 'blocked'] as const;
export type SealingRound = (typeof ROUNDS)[number];

const SOURCES = ['replica', 'fallback'] as const;
/** Who answered a read that a replica may answer; the fallback is the primary. */
export type ReplicaSource = (typeof SOURCES)[number];

const CHANNELS = ['EMAIL', 'SMS'] as const satisfies readonly SendableMethod[];

/** Codes of GraphQL errors that are counted under their own names; all others are the client's fault in the request. */
const ERROR_CODES: ReadonlySet<string> = new Set([...API_ERROR_CODES, 'INTERNAL_SERVER_ERROR']);
const OTHER_ERROR = 'BAD_REQUEST';
const BACKLOG_KEEP_MS = 5_000;
const BACKLOG_ANSWER_MS = 1_000;

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
    help: 'Seconds between the request of a code and its acceptance by the mail server or gateway.',
    labelNames: ['channel'],
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 90],
    registers: [this.registry],
  });
  private readonly messages = new Counter({
    name: 'messages_total',
    help: 'Tries to send a message, and messages that were given up, by what became of them.',
    labelNames: ['channel', 'result'],
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

  private readonly errors = new Counter({
    name: 'graphql_errors_total',
    help: 'Errors in answers of GraphQL, by code. Refusals are answers and not among them.',
    labelNames: ['code'],
    registers: [this.registry],
  });
  private readonly replicaReads = new Counter({
    name: 'replica_reads_total',
    help: 'Reads that a replica may answer, by who answered; fallback: the primary, since the replica could not.',
    labelNames: ['source'],
    registers: [this.registry],
  });
  private readonly auditSealing = new Counter({
    name: 'audit_sealing_rounds_total',
    help: 'Rounds of sealing the audit; blocked: an organization whose audit cannot be sealed any further.',
    labelNames: ['result'],
    registers: [this.registry],
  });

  constructor() {
    this.beginAtZero();
  }

  /** By route and status: to look one up by its labels costs more than to count. */
  private readonly requestSeries = new Map<string, Histogram.Internal<'route' | 'status'>>();

  signIn(outcome: SignInOutcome, method: SignInMethod): void {
    this.signIns.inc({ outcome, method });
  }

  /** @param delaySeconds since the code was asked for */
  codeSent(channel: SendableMethod, delaySeconds: number): void {
    this.codesSent.inc({ channel });
    this.codeDelay.observe({ channel }, Math.max(0, delaySeconds));
  }

  message(channel: SendableMethod, result: MessageResult, count = 1): void {
    this.messages.inc({ channel, result }, count);
  }

  lockout(): void {
    this.lockouts.inc();
  }

  request(route: string, status: number, seconds: number): void {
    const labels = `${route} ${String(status)}`;
    let series = this.requestSeries.get(labels);
    if (series === undefined) {
      series = this.requests.labels(route, String(status));
      this.requestSeries.set(labels, series);
    }
    series.observe(seconds);
  }

  graphqlError(code: unknown): void {
    this.errors.inc({ code: typeof code === 'string' && ERROR_CODES.has(code) ? code : OTHER_ERROR });
  }

  replicaRead(source: ReplicaSource): void {
    this.replicaReads.inc({ source });
  }

  sealingRound(result: SealingRound): void {
    this.auditSealing.inc({ result });
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

  /** Whoever asks is told again what was found less than `keepMs` ago: reading the metrics is no way to load a database. */
  readAuditBacklog(oldestSeconds: () => Promise<number>, keepMs = BACKLOG_KEEP_MS): void {
    let found: { at: number; seconds: Promise<number | null> } | null = null;
    new Gauge({
      name: 'audit_unsealed_seconds',
      help: 'Age of the oldest event of the audit that is not in its chain yet; 0 where there is none.',
      registers: [this.registry],
      async collect() {
        const now = performance.now();
        if (found === null || now - found.at >= keepMs) {
          // The rest must be readable above all when the database hangs.
          const seconds = within(BACKLOG_ANSWER_MS, 'The audit', oldestSeconds()).catch(() => null);
          found = { at: now, seconds };
        }
        const seconds = await found.seconds;
        if (seconds === null) this.remove();
        else this.set(seconds);
      },
    });
  }

  /** @param refused since the start of the process */
  readHashRefusals(refused: () => number): void {
    new Counter({
      name: 'hash_refusals_total',
      help: 'Password hashes that were refused because too many waited already.',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(refused());
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

  /** A series that begins with its first count shows Prometheus no increase: the first failure would raise no alert. */
  private beginAtZero(): void {
    for (const outcome of OUTCOMES) for (const method of METHODS) this.signIns.inc({ outcome, method }, 0);
    for (const channel of CHANNELS) {
      this.codesSent.inc({ channel }, 0);
      for (const result of RESULTS) this.messages.inc({ channel, result }, 0);
    }
    for (const code of [...ERROR_CODES, OTHER_ERROR]) this.errors.inc({ code }, 0);
    for (const result of ROUNDS) this.auditSealing.inc({ result }, 0);
    for (const source of SOURCES) this.replicaReads.inc({ source }, 0);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
