import type { Answer } from './ask.ts';
import { type Picked, pick, type Sample } from './path.ts';
import type { Metric } from './settings.ts';

/** The metrics of this program's own, which no value may be called. */
export const ownNames: readonly string[] = ['json_up', 'json_values_left_out'];

/** The page for Prometheus, in its text format. */
export function textOf(metrics: readonly Metric[], answer: Answer): string {
  const up = family('json_up', 'gauge', 'Whether the last answer of the app was JSON.', [
    `json_up ${'document' in answer ? 1 : 0}`,
  ]);
  if (!('document' in answer)) return up;
  const picked = metrics.map((metric) => [metric, pick(answer.document, metric.path)] as const);
  const left = picked.map(([{ name }, { left }]) => `json_values_left_out{name="${name}"} ${left}`);
  const help = 'Values of the last answer that are not there, or are no numbers.';
  return (
    picked.map(([metric, { samples }]) => valuesOf(metric, samples)).join('') +
    up +
    family('json_values_left_out', 'gauge', help, left)
  );
}

function valuesOf({ name, text }: Metric, samples: Picked['samples']): string {
  const lines = samples.map((sample) => `${name}${labelOf(sample)} ${sample.value}`);
  return family(name, name.endsWith('_total') ? 'counter' : 'gauge', `What the app says at ${text}.`, lines);
}

const labelOf = ({ key }: Sample) => (key === undefined ? '' : `{key="${escaped(key)}"}`);

/** Source: prometheus.io/docs/instrumenting/exposition_formats. */
const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const family = (name: string, type: string, help: string, lines: readonly string[]) =>
  lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
