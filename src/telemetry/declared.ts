import type { Registry } from 'prom-client';
import type { MetricDeclaration } from './metrics-table.ts';

/** What prom-client needs to know of a metric of the table. */
export function declared({ name, help, labels }: MetricDeclaration, registry: Registry) {
  return { name, help, labelNames: [...labels], registers: [registry] };
}
