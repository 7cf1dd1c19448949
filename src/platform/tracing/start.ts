import type { Config } from '../config/index.js';
import type { TracingLog } from './otlp.js';
import { useTracing } from './spans.js';

/**
 * For an entry, before it composes the application. Without an endpoint nothing is loaded and nothing is traced.
 * @param serviceName unless OTEL_SERVICE_NAME gives another
 */
export async function startTracing(
  { tracing }: Pick<Config, 'tracing'>,
  serviceName: string,
  log: TracingLog,
): Promise<void> {
  if (tracing === null) return;
  const { otlpTracing } = await import('./otlp.js');
  useTracing(otlpTracing(tracing, serviceName, log));
}
