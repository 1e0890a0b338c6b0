import { stringify } from 'yaml';
import { type Alert, alerts } from '../alerts.ts';

const nameOf = ({ name }: Alert) => `SidecarInjector${name}`;

/** files/alerts.yaml of the chart: the rules of its PrometheusRule. */
export function alertsFile(): string {
  const rules = alerts.map((alert) => ({
    alert: nameOf(alert),
    expr: alert.expr,
    for: alert.for,
    labels: { severity: alert.severity },
    annotations: { summary: alert.summary, description: alert.description },
  }));
  return `# Written by \`npm run generate\` from tools/alerts.ts.\n${stringify(rules, { lineWidth: 0 })}`;
}

/** The table of docs/metrics.md. */
export function alertsTable(): readonly string[] {
  const rows = alerts.map((alert) => {
    const cells = [`\`${nameOf(alert)}\``, alert.severity, alert.for, `${alert.summary} ${alert.description}`];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| alert | severity | after | meaning |', '|---|---|---|---|', ...rows];
}
