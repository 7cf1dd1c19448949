/** What a span says: bounded words and numbers. Never a value that somebody typed, nor an address, token or statement. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

export interface OpenSpan {
  fact(name: string, value: string | number | boolean): void;
  /** @param kind a code or class of error, never its message: that may quote the row or the mail that it was about */
  failed(kind: string): void;
}

/** A span that is ended by whoever began it; used where the work is not one function. */
export interface HeldSpan extends OpenSpan {
  end(): void;
  /** Runs `work` so that spans of it hang below this one. */
  around<T>(work: () => T): T;
  /** From now on spans of the work around hang below this one. */
  enter(): void;
}

export type SpanKind = 'server' | 'client' | 'consumer' | 'internal';

export interface BeginOptions {
  kind: SpanKind;
  facts: SpanFacts;
  /** A W3C traceparent, as a client sent it; what is none is left out. */
  traceparent?: string | undefined;
  /** Begins a trace of its own, whatever work it was that led here. */
  root?: boolean;
  /** None where there is nothing around: the rounds that are made each second would be traces of one span. */
  belowOnly?: boolean;
}

/** What the exporter of this process does. There is one or none, from the start on. */
export interface Tracing {
  begin(name: string, options: BeginOptions): HeldSpan;
  /** Whether there is a span around. */
  isInside(): boolean;
  /** Delivers what is left. Never rejects, and never waits for long. */
  close(): Promise<void>;
}

const NO_SPAN: OpenSpan = { fact: () => undefined, failed: () => undefined };

let current: Tracing | null = null;

/** At the start of the process, before anything is composed. Null turns it off again. */
export function useTracing(tracing: Tracing | null): void {
  current = tracing;
}

/** Asked once where parts are put together, so that whoever does not trace pays nothing for it. */
export const activeTracing = (): Tracing | null => current;

/** Runs `work` in a span of its own, below that of the work around. Without tracing it is the work alone. */
export function traced<T>(name: string, options: BeginOptions, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  if (current === null || (options.belowOnly === true && !current.isInside())) return work(NO_SPAN);
  const span = current.begin(name, options);
  return span.around(() => finished(span, work));
}

async function finished<T>(span: HeldSpan, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  try {
    return await work(span);
  } catch (error) {
    span.failed(kindOf(error));
    throw error;
  } finally {
    span.end();
  }
}

const WORD = /^[\w.-]{1,64}$/;

/** The code of an error, or else its class. */
export function kindOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === 'string' && WORD.test(code)) return code;
  return typeof name === 'string' && WORD.test(name) ? name : 'Error';
}
