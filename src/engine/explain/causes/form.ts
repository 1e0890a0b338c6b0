import { isObject } from '../../../core/json.ts';
import type { Evidence } from '../evidence.ts';
import { isEnded, recreation } from '../recreate.ts';
import type { Words } from '../words.ts';

/** The sidecar is a plain container, where a native one would do better. */
export interface FormCause extends Words {
  readonly family: 'form';
  readonly kind: 'never-completes' | 'classic';
}

/** Whether a pod that should end does not, because its sidecar is a plain container. */
export function formCause(evidence: Evidence): FormCause | undefined {
  const { request, state, recorded, present, wanted, live } = evidence;
  const had = recorded?.filter(({ name }) => present.includes(name)) ?? (live?.stored ? [] : wanted);
  const classic = had.find(({ native }) => !native);
  if (!classic || isEnded(live?.stored)) return undefined;
  const { pod } = request;
  const spec = isObject(pod) && isObject(pod.spec) ? pod.spec : {};
  const ends = spec.restartPolicy === 'Never' || spec.restartPolicy === 'OnFailure';
  const why = state.cluster.nativeSidecars
    ? 'An annotation or the time of its creation says so.'
    : (state.nativeReason ?? '');
  const fix = state.cluster.nativeSidecars
    ? `Remove sidecar.io/${classic.name}-native: "false".${live?.stored ? ` ${recreation(request)}` : ''}`
    : 'Bring all nodes to Kubernetes 1.29 or later, or set the value native of the chart.';
  return ends
    ? {
        ...{ family: 'form', kind: 'never-completes', fix },
        cause:
          `It never completes: ${classic.name} is a plain container, which does not end with the app. ${why}`.trim(),
      }
    : { family: 'form', kind: 'classic', cause: `${classic.name} is a plain container. ${why}`.trim(), fix };
}
