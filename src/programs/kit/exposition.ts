/** Name, type, help and values of one metric. */
export type Metric = readonly [
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  rows: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[],
];

/** The media type of the text format. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Prometheus' text format 0.0.4, without metrics that have no value. Source:
 * prometheus.io/docs/instrumenting/exposition_formats.
 */
export function exposition(metrics: readonly Metric[]): string {
  return metrics
    .filter(([, , , rows]) => rows.length > 0)
    .map(([name, type, help, rows]) => {
      const lines = rows.map(({ labels, value }) => `${name}${labelled(labels ?? {})} ${value}\n`);
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function labelled(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}
