import type { Lookup } from '../core/lookup.ts';
import type { ClusterMetrics } from '../telemetry/cluster-metrics.ts';

type Answer = ReturnType<Lookup['namespace']>;

/** The same, with every lookup in the metrics. */
export function measured(lookUp: Lookup, metrics: ClusterMetrics): Lookup {
  function timed(object: string, answer: Answer): Answer {
    const start = performance.now();
    return answer?.then((failure) => {
      metrics.lookup(object, failure === undefined ? 'ok' : 'failed', (performance.now() - start) / 1000);
      return failure;
    });
  }
  return {
    namespace: (name, needed) => timed('namespace', lookUp.namespace(name, needed)),
    templates: (namespace, words) => timed('templates', lookUp.templates(namespace, words)),
  };
}
