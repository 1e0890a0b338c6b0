import { statusKey } from '../core/annotations.ts';
import type { Pod } from '../core/objects.ts';
import type { Outcome } from '../core/outcome.ts';
import { maxExplained, type Warning } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import { readStatus } from '../core/status.ts';
import { quoted } from '../language/types/value.ts';

/**
 * The outcome with a warning for each sidecar of a former injection that is still in the pod, but that nothing asks for. The
 * engine does not remove it: anyone can write a status.
 */
export function withForgotten(outcome: Outcome, { metadata, spec }: Pod): Outcome {
  const status = 'sidecars' in outcome ? readStatus(metadata?.annotations?.[statusKey]) : undefined;
  if (!status || !('sidecars' in outcome)) return outcome;
  const asked = new Set(outcome.sidecars.map(({ name }) => name));
  const present = new Set([...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name));
  const warnings = status.sidecars
    .filter(({ name, containers }) => !asked.has(name) && containers.some((each) => present.has(each)))
    .slice(0, maxExplained)
    .map(({ name }): Warning => {
      const message = `${pathOf({ kind: 'pod', key: statusKey })}: The sidecar ${quoted(name)} is in the pod, but nothing asks for it. Remove it with sidecar uninject.`;
      return { code: 'not-asked', sidecar: '', message };
    });
  return warnings.length === 0 ? outcome : { ...outcome, warnings: [...outcome.warnings, ...warnings] };
}
