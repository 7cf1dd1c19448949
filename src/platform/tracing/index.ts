export { registerHttpSpans } from './http-spans.js';
export {
  activeTracing,
  type BeginOptions,
  type HeldSpan,
  kindOf,
  type OpenSpan,
  type SpanFacts,
  type SpanKind,
  traced,
  type Tracing,
  useTracing,
} from './spans.js';
export { startTracing } from './start.js';
