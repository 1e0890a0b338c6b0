import { type Evidence, isAboutSidecar } from '../evidence.ts';
import type { Words } from '../words.ts';
import { missingObjectFix } from './missing-object.ts';
import { unmountedVolume } from './unmounted.ts';

/** The pod has its sidecars, and one of them does not run, or keeps the others from it. */
export interface FailingCause extends Words {
  readonly family: 'failing';
  readonly kind: 'crashes' | 'not-started' | 'not-mounted' | 'awaited';
}

/** The container runs, and the pod waits until it is up or has ended. */
const awaited = new Set(['Unhealthy', 'ContainersNotInitialized']);

export function failingCause(evidence: Evidence): FailingCause | undefined {
  const { live, request } = evidence;
  const said = (kind: FailingCause['kind'], cause: string, fix: string): FailingCause => ({
    family: 'failing',
    ...{ kind, cause, fix },
  });
  const describe = (pod: string) =>
    `Run kubectl describe pod ${pod} -n ${request.namespace}, and correct what its Events name.`;
  const unmounted = unmountedVolume(evidence);
  if (unmounted) {
    const { volume, sidecar, message } = unmounted;
    const fix = missingObjectFix(message, sidecar, evidence, volume);
    return said(
      'not-mounted',
      `No container starts, because the volume ${String(volume.name)} of ${sidecar} cannot be mounted: ${message}.`,
      fix === undefined ? describe(unmounted.pod) : `${fix} The kubelet tries again within two minutes.`,
    );
  }
  const failure = live?.failures.find(({ sidecar }) => sidecar !== '' && isAboutSidecar(request.sidecar, sidecar));
  if (!failure) return undefined;
  const { pod, container, sidecar, reason, message } = failure;
  const why = message === '' ? `${reason}.` : `${reason}: ${message}`;
  const logs = `Run kubectl logs ${pod} -n ${request.namespace} -c ${container}`;
  if (reason === 'CrashLoopBackOff')
    return said(
      'crashes',
      `The container ${container} of ${sidecar} ends again and again. ${why}`,
      `${logs} --previous: it says why.`,
    );
  if (awaited.has(reason))
    return said(
      'awaited',
      `The pod waits for the container ${container} of ${sidecar}. ${message}`,
      `${logs}: it says why.`,
    );
  return said(
    'not-started',
    `The container ${container} of ${sidecar} does not start. ${why}`,
    missingObjectFix(message, sidecar, evidence) ?? describe(pod),
  );
}
