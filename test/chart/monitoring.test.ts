// The alerts and the dashboard of the chart ask for metrics, labels and values of labels that a running server has.
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { type MetricDeclaration, metricsTable } from '../../src/telemetry/metrics-table.ts';
import { alerts } from '../../tools/alerts.ts';
import { panels } from '../../tools/dashboard.ts';
import { rendered } from './helm.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
}

/** What Prometheus adds to each metric, by the ServiceMonitor. */
const added = ['namespace', 'pod', 'le'];
const declared: readonly MetricDeclaration[] = Object.values(metricsTable);

let exposed = new Map<string, string>();
let rules: readonly Rule[] = [];
let expressions: readonly string[] = [];
beforeAll(async () => {
  const text = await createMetrics('1.2.3').text();
  exposed = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const settings = { 'prometheusRule.enabled': true, 'dashboard.enabled': true };
  const objects = parseAllDocuments(await rendered(settings)).map((document) => document.toJS());
  const ofKind = (kind: string) => objects.find((object) => object?.kind === kind);
  rules = ofKind('PrometheusRule').spec.groups[0].rules;
  const dashboard = JSON.parse(ofKind('ConfigMap').data['sidecar-injector.json']);
  const targets: { expr: string }[] = dashboard.panels.flatMap(({ targets }: { targets: object[] }) => targets);
  expressions = [...rules, ...targets].map(({ expr }) => expr);
});

describe('the alerts and the dashboard', () => {
  it('are rendered whole', () => {
    expect(rules).toHaveLength(alerts.length);
    expect(expressions).toHaveLength(alerts.length + panels.flatMap(({ lines }) => Object.keys(lines)).length);
  });

  it('ask only for metrics that the server exposes, as their type allows', () => {
    const names = expressions.flatMap((expr) => expr.match(/\b(sidecar_injector|process|nodejs)_\w+/g) ?? []);
    expect(new Set(names).size).toBeGreaterThan(8);
    for (const name of names) {
      const base = name.replace(/_bucket$/, '');
      expect(base === name ? ['counter', 'gauge'] : ['histogram'], name).toContain(exposed.get(base));
    }
    for (const expr of expressions)
      for (const [, name = ''] of expr.matchAll(/\b(?:rate|increase)\((\w+)/g))
        expect(exposed.get(name.replace(/_bucket$/, '')), expr).not.toBe('gauge');
  });

  it('use only labels of these metrics, and values that their help names', () => {
    for (const expr of expressions) {
      const metric = declared.find(({ name }) => expr.includes(name));
      const known = [...(metric?.labels ?? []), ...added];
      const selected = [...expr.matchAll(/(\w+)=~?"([^"]*)"/g)].map(([, label = '', value = '']) => ({ label, value }));
      const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/\s*,\s*/));
      for (const label of [...selected.map(({ label }) => label), ...grouped]) expect(known, expr).toContain(label);
      for (const { value } of selected.filter(({ label }) => !added.includes(label)))
        expect(metric?.help, expr).toMatch(new RegExp(`\\b${value}\\b`));
    }
  });

  it('leave no label out of a legend', () => {
    for (const { lines } of panels)
      for (const [legend, expr] of Object.entries(lines))
        for (const [, label = ''] of legend.matchAll(/\{\{(\w+)\}\}/g))
          expect(expr.includes(`by (${label})`) || !expr.includes('sum'), `${legend}: ${expr}`).toBe(true);
  });
});
