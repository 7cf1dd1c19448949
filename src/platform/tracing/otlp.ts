import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind as OtelKind,
  type SpanContext,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { TracingConfig } from '../config/index.js';
import type { BeginOptions, HeldSpan, SpanKind, Tracing } from './spans.js';

/** How long one delivery may take; the end of the process waits for the last one. */
const DELIVERY_MS = 2_000;
const CLOSE_MS = 2_500;
const EVERY_MS = 2_000;
/** Spans that wait for a delivery. More are dropped: a collector that is away must cost neither memory nor time. */
const QUEUE = 4_096;
const BATCH = 512;
const COMPLAIN_EVERY_MS = 60_000;
const VALUE_LENGTH = 120;

const KINDS = {
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  consumer: OtelKind.CONSUMER,
  internal: OtelKind.INTERNAL,
} as const satisfies Record<SpanKind, OtelKind>;

/** What the spans of one request or job hang below. It moves: an operation begins in the middle of its request. */
interface Scope {
  parent: Context;
}

export interface TracingLog {
  warn(message: string, context: string): void;
}

/** Imported only where an endpoint is named: these packages take longer to load than many a part of the service. */
export function otlpTracing(config: TracingConfig, serviceName: string, log: TracingLog): Tracing {
  const ratio = new TraceIdRatioBasedSampler(config.ratio);
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint}/v1/traces`,
    headers: config.headers,
    timeoutMillis: DELIVERY_MS,
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': config.serviceName ?? serviceName,
      'service.namespace': 'countersign',
      'service.instance.id': randomUUID(),
    }),
    // Whether a trace is kept is decided here alone: who sends a traceparent can neither hide nor force it.
    sampler: new ParentBasedSampler({ root: ratio, remoteParentSampled: ratio, remoteParentNotSampled: ratio }),
    spanLimits: { attributeValueLengthLimit: VALUE_LENGTH, attributeCountLimit: 32, eventCountLimit: 0 },
    spanProcessors: [
      new BatchSpanProcessor(complaining(exporter, log), {
        maxQueueSize: QUEUE,
        maxExportBatchSize: BATCH,
        scheduledDelayMillis: EVERY_MS,
        exportTimeoutMillis: DELIVERY_MS,
      }),
    ],
  });
  return new OtlpTracing(provider.getTracer('countersign'), () => provider.shutdown());
}

class OtlpTracing implements Tracing {
  private readonly scopes = new AsyncLocalStorage<Scope>();

  constructor(
    private readonly tracer: Tracer,
    private readonly shutdown: () => Promise<void>,
  ) {}

  begin(name: string, { kind, facts, traceparent, root = false }: BeginOptions): HeldSpan {
    const around = root ? ROOT_CONTEXT : (this.scopes.getStore()?.parent ?? ROOT_CONTEXT);
    const remote = traceparent === undefined ? null : remoteParent(traceparent);
    const parent = remote === null ? around : trace.setSpanContext(ROOT_CONTEXT, remote);
    const span = this.tracer.startSpan(name, { kind: KINDS[kind], attributes: facts }, parent);
    return new OtlpSpan(span, trace.setSpan(parent, span), this.scopes);
  }

  isInside(): boolean {
    return this.scopes.getStore() !== undefined;
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([this.shutdown().catch(() => undefined), limit]);
    clearTimeout(timer);
  }
}

class OtlpSpan implements HeldSpan {
  private readonly scope: Scope;

  constructor(
    private readonly span: Span,
    private readonly own: Context,
    private readonly scopes: AsyncLocalStorage<Scope>,
  ) {
    this.scope = { parent: own };
  }

  fact(name: string, value: string | number | boolean): void {
    this.span.setAttribute(name, value);
  }

  failed(kind: string): void {
    this.span.setAttribute('error.type', kind);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.span.end();
  }

  around<T>(work: () => T): T {
    return this.scopes.run(this.scope, work);
  }

  enter(): void {
    const scope = this.scopes.getStore();
    if (scope !== undefined) scope.parent = this.own;
  }
}

// W3C Trace Context §3.2.2, version 00.
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The trace that a client's request belongs to. Its tracestate is left out: it is free text of a stranger. */
function remoteParent(header: string): SpanContext | null {
  const [, traceId = '', spanId = '', flags = '00'] = TRACEPARENT.exec(header) ?? [];
  const traceFlags = parseInt(flags, 16) & TraceFlags.SAMPLED;
  const context: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(context) ? context : null;
}

/** The packages say nothing of a failed delivery unless asked to say everything. */
function complaining(exporter: SpanExporter, log: TracingLog): SpanExporter {
  let silentUntil = 0;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const now = performance.now();
        if ((result.code as number) !== 0 && now >= silentUntil) {
          silentUntil = now + COMPLAIN_EVERY_MS;
          log.warn('Spans could not be delivered to the collector, and are dropped.', 'Tracing');
        }
        done(result);
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
