import { parser } from '@prometheus-io/lezer-promql';

/** What Grafana puts in before Prometheus sees it. */
const INTERVALS = /\$__(rate_)?interval|\$__range/g;

/** The names of the metrics that an expression reads. Throws where Prometheus could not read the expression. */
export function metricsIn(expression: string): string[] {
  const text = expression.replace(INTERVALS, (found) => '5m'.padEnd(found.length));
  const names: string[] = [];
  parser.parse(text).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) throw new Error(`Not PromQL at ${String(from)}: ${expression}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') names.push(text.slice(from, to));
    },
  });
  return names;
}

/** The labels that an expression reads of each metric, in its matchers. */
export function labelsIn(expression: string): Map<string, string[]> {
  const text = expression.replace(INTERVALS, (found) => '5m'.padEnd(found.length));
  const labels = new Map<string, string[]>();
  parser.parse(text).iterate({
    enter({ type, node }) {
      if (type.name !== 'VectorSelector') return;
      const name = node.getChild('Identifier');
      if (name === null) return;
      const found: string[] = [];
      node.cursor().iterate((inner) => {
        if (inner.name === 'LabelName') found.push(text.slice(inner.from, inner.to));
      });
      const metric = text.slice(name.from, name.to);
      labels.set(metric, [...(labels.get(metric) ?? []), ...found]);
    },
  });
  return labels;
}
