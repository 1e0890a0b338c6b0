import { templateOf } from '../catalog/catalog.ts';
import { statusKey } from '../core/annotations.ts';
import type { InjectedSidecar, Outcome } from '../core/outcome.ts';
import { maxExplained, type Warning } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import { type RecordedSidecar, readStatus } from '../core/status.ts';
import { quoted } from '../language/types/value.ts';
import type { PlanRequest } from './plan.ts';

/**
 * The outcome with a warning for each sidecar of an earlier injection that is still in the pod, but that nothing asks
 * for, or that other settings ask for. The engine does not remove or change it: anyone can write a status.
 */
export function withForgotten(outcome: Outcome, { subject, catalog, state }: PlanRequest): Outcome {
  const { metadata, spec } = subject.pod;
  const record = 'sidecars' in outcome ? readStatus(metadata?.annotations?.[statusKey]) : undefined;
  if (!record || !('sidecars' in outcome)) return outcome;
  const asked = new Map(outcome.sidecars.map((each) => [each.name, each]));
  const present = new Set([...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name));
  /**
   * Two calls for one pod can come to replicas of two versions, and to different results where a template reads the
   * pod.
   */
  const isComparable = ({ template }: InjectedSidecar) =>
    record.version === state.injector.version && templateOf(template, catalog)?.dependencies.size === 0;
  const noteOn = ({ name, hash, containers }: RecordedSidecar): Warning[] => {
    const today = asked.get(name);
    const isOld = today && today.hash !== hash && isComparable(today);
    if ((today && !isOld) || !containers.some((each) => present.has(each))) return [];
    const path = pathOf({ kind: 'pod', key: statusKey });
    const [code, what] = isOld
      ? (['former-settings', 'is from an injection with other settings, and the pod keeps what that added'] as const)
      : (['not-asked', 'is in the pod, but nothing asks for it'] as const);
    const message = `${path}: The sidecar ${quoted(name)} ${what}. Remove it with sidecar uninject.`;
    return [{ code, sidecar: today?.template ?? '', message }];
  };
  const warnings = record.sidecars.flatMap(noteOn).slice(0, maxExplained);
  return warnings.length === 0 ? outcome : { ...outcome, warnings: [...outcome.warnings, ...warnings] };
}
