/** Name, type, help and values of one metric. */
export type Metric = [
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  rows: readonly { labels?: Record<string, string>; value: number }[],
];

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** Prometheus' text exposition format 0.0.4; metrics without a value are left out. */
export function exposition(metrics: readonly Metric[]): string {
  return metrics
    .filter(([, , , rows]) => rows.length > 0)
    .map(([name, type, help, rows]) => {
      const lines = rows.map(({ labels, value }) => `${name}${labelled(labels ?? {})} ${Number(value.toFixed(6))}\n`);
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function labelled(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}
