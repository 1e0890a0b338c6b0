import { exposition, type Metric as Family } from '../kit/exposition.ts';
import type { Answer } from './ask.ts';
import { type Metric, type Picked, pick } from './path.ts';

/** The metrics of this program itself, whose names no value may have. */
export const ownNames: readonly string[] = ['json_up', 'json_values_left_out'];

/** The page for Prometheus. */
export function textOf(metrics: readonly Metric[], answer: Answer): string {
  const isUp = 'document' in answer;
  const up: Family = ['json_up', 'gauge', 'Whether the last answer of the app was JSON.', [{ value: isUp ? 1 : 0 }]];
  if (!isUp) return exposition([up]);
  const picked = metrics.map((metric) => [metric, pick(answer.document, metric.path)] as const);
  const left = picked.map(([{ name }, { left }]) => ({ labels: { name }, value: left }));
  const help = 'Values of the last answer that are missing or are not numbers.';
  return exposition([...picked.map(valuesOf), up, ['json_values_left_out', 'gauge', help, left]]);
}

function valuesOf([{ name, text }, { samples }]: readonly [Metric, Picked]): Family {
  const rows = samples.map(({ key, value }) => ({ ...(key === undefined ? {} : { labels: { key } }), value }));
  return [name, name.endsWith('_total') ? 'counter' : 'gauge', `The value at ${text} in the answer of the app.`, rows];
}
