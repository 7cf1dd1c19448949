import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { Metrics } from '../../src/platform/metrics/index.js';
import { labelsIn, metricsIn } from '../support/promql.js';

interface Target {
  refId: string;
  expr: string;
  datasource: { uid: string };
}
interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig?: { defaults: { unit?: string } };
  targets?: Target[];
}
interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}

const dashboard = JSON.parse(readFileSync('docker/grafana/countersign.json', 'utf8')) as {
  uid: string;
  schemaVersion: number;
  panels: Panel[];
  templating: { list: { name: string; type: string; definition?: string }[] };
};
const { groups } = parse(readFileSync('docker/prometheus/alerts.yml', 'utf8')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const expressions = panels.flatMap(({ targets }) => (targets ?? []).map(({ expr }) => expr));

/** Made by Prometheus itself. */
const OF_PROMETHEUS = ['up'];
/** Added by Prometheus when it reads a process, or by the aggregation of a histogram. */
const COMMON_LABELS = ['job', 'instance', 'le'];

describe('what watches over an installation', () => {
  /** Every series that a process can show, with its labels. */
  const series = new Map<string, Set<string>>();
  /** The metrics of ours, without those of Node.js. */
  let ours: string[];

  beforeAll(async () => {
    const names = async (metrics: Metrics): Promise<string[]> =>
      [...(await metrics.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
    const metrics = new Metrics();
    metrics.readQueueDepth(() => Promise.resolve({ codes: 0, normal: 0, bulk: 0 }));
    metrics.readHashLine(() => 0);
    metrics.readHashRefusals(() => 0);
    metrics.readAuditBacklog(() => Promise.resolve(0));
    metrics.codeSent('EMAIL', 1);
    metrics.request('/graphql', 200, 0.1);
    ours = await names(metrics);
    metrics.readProcess();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const text = await metrics.text();
    for (const [, name = '', labels = ''] of text.matchAll(/^([a-zA-Z_]\w*)(?:\{(.*?)\})? /gm)) {
      const known = series.get(name) ?? new Set<string>();
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
      series.set(name, known);
    }
    // Collections come when they come: their series are known by the name of the histogram alone.
    for (const name of await names(metrics)) {
      for (const form of [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]) {
        if (name.startsWith('nodejs_') && !series.has(form)) series.set(form, new Set(['kind']));
      }
    }
  });

  const problemsOf = (expression: string): string[] => {
    const unknown = metricsIn(expression).filter((name) => !series.has(name) && !OF_PROMETHEUS.includes(name));
    const labels = [...labelsIn(expression)].flatMap(([name, used]) =>
      used.filter((label) => !COMMON_LABELS.includes(label) && series.get(name)?.has(label) !== true),
    );
    return [...unknown, ...labels];
  };

  it('the check finds what is wrong', () => {
    expect(problemsOf('sum(rate(sign_ins_total{outcome="refused"}[5m]))')).toEqual([]);
    expect(problemsOf('rate(sign_in_total[5m]) + sign_ins_total{result="x"}')).toEqual(['sign_in_total', 'result']);
    expect(() => metricsIn('sum(rate(sign_ins_total[5m])')).toThrow('Not PromQL');
    expect(() => metricsIn('sum by (le rate(x[5m]))')).toThrow('Not PromQL');
  });

  it('each query of the dashboard is PromQL about metrics and labels that there are', () => {
    expect(expressions.length).toBeGreaterThan(25);
    expect(expressions.filter((each) => problemsOf(each).length > 0)).toEqual([]);
    const variables = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    for (const each of variables) expect(series.has(/\((\w+),/.exec(each)?.[1] ?? '')).toBe(true);
  });

  it('every metric of ours is on the dashboard', () => {
    const shown = new Set(expressions.flatMap(metricsIn).map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter((name) => !shown.has(name))).toEqual([]);
  });

  it('counters are never shown bare, and only histograms have quantiles', () => {
    for (const each of [...expressions, ...rules.map(({ expr }) => expr)]) {
      const bare = each.replace(/(rate|increase)\([a-z_]+(\{[^}]*\})?\[[^\]]+\]\)/g, '');
      expect([each, /_total|_bucket/.test(bare)]).toEqual([each, false]);
      if (each.includes('histogram_quantile')) expect(each).toMatch(/\ble\b.*_bucket/s);
    }
  });

  it('panels have their own id and place, a unit, and the data source that is chosen', () => {
    expect(dashboard).toMatchObject({ uid: 'countersign', schemaVersion: 39 });
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'job']);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const taken = new Set<string>();
    for (const { gridPos, title } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          const place = `${String(x)},${String(y)}`;
          expect([title, taken.has(place), x < 24]).toEqual([title, false, true]);
          taken.add(place);
        }
      }
    }
    for (const { title, fieldConfig, targets = [] } of panels) {
      expect([title, fieldConfig?.defaults.unit]).toEqual([title, expect.any(String)]);
      expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      for (const { datasource } of targets) expect(datasource.uid).toBe('${datasource}');
    }
  });

  it('each alert is PromQL about metrics and labels that there are, and says what to do', () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.filter(({ expr }) => problemsOf(expr).length > 0).map(({ alert }) => alert)).toEqual([]);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, expr, labels, annotations, for: wait } of rules) {
      expect(alert).toMatch(/^Countersign[A-Z]/);
      expect(expr).toContain('job="countersign"');
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(annotations).toEqual({ summary: expect.any(String), description: expect.any(String) });
      expect(wait ?? '1m').toMatch(/^\d+m$/);
    }
  });

  it.each([
    'audit_unsealed_seconds',
    'audit_sealing_rounds_total',
    'queue_depth',
    'messages_total',
    'hash_refusals_total',
    'graphql_errors_total',
    'http_request_duration_seconds_count',
    'replica_reads_total',
  ])('%s raises an alert', (name) => {
    expect(rules.flatMap(({ expr }) => metricsIn(expr))).toContain(name);
  });

  it('Prometheus reads the processes under the job that the alerts look at', () => {
    const prometheus = parse(readFileSync('docker/prometheus/prometheus.yml', 'utf8')) as {
      scrape_configs: { job_name: string }[];
    };
    expect(prometheus.scrape_configs.map(({ job_name }) => job_name)).toEqual(['countersign']);
  });
});
