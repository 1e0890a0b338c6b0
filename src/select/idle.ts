import { annotationKey } from '../core/annotations.ts';
import { instanceName } from '../core/instance.ts';
import { type Problem, solvedBy, type Warning } from '../core/problem.ts';
import { pathOf, type Source } from '../core/source.ts';
import type { Gathered, Mention } from './gather.ts';

/** Says what is likely not intended where a sidecar stays off: settings that have no effect. */
export function reportIdle(mention: Mention, { problems, warnings }: Pick<Gathered, 'problems' | 'warnings'>): void {
  const { template, settings, switch: decided, leftOut } = mention;
  if (decided) {
    const idle = [...settings.values()].find(({ source }) => source.kind === decided.source.kind);
    if (!idle) return;
    const message = `${pathOf(idle.source)} has no effect: ${decided.source.key} is "false"`;
    warnings.push({ code: 'no-effect', sidecar: template.name, message });
    return;
  }
  if (leftOut) return;
  const lone = [...settings.values()].find(({ source }) => source.kind === 'pod' || source.kind === 'workload');
  if (lone) problems.push(notTurnedOn(mention, lone.source));
}

/**
 * Parameters of other layers are defaults and may be set alone. On the pod or its workload they show that the switch
 * was forgotten.
 */
function notTurnedOn({ template, instance }: Mention, lone: Source): Problem {
  const [parameter] = template.activating;
  const key = annotationKey(template.name, parameter, instance);
  return {
    code: 'not-turned-on',
    path: pathOf(lone),
    message: `The sidecar ${instanceName(template.name, instance)} is not turned on, so this has no effect.`,
    ...solvedBy(
      { text: `add ${parameter === undefined ? `${key}: "true"` : key}`, keys: [lone.key] },
      { text: 'remove this annotation' },
    ),
  };
}

/**
 * A namespace that turns injection off overrules pods that ask for sidecars. Their authors cannot see why without a
 * warning.
 */
export function namespaceOptedOut({ template: { name } }: Mention, { key }: Source): Warning {
  const message = `The namespace has ${key}: "false", so this pod gets no sidecar ${name}. To get it, write ${key}: "true" on the pod or its workload.`;
  return { code: 'namespace-opted-out', sidecar: name, message };
}
