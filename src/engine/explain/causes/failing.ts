import { type Evidence, isAboutSidecar } from '../evidence.ts';
import type { Words } from '../words.ts';

/** The pod has its sidecars, and one of them does not run. */
export interface FailingCause extends Words {
  readonly family: 'failing';
  readonly kind: 'crashes' | 'not-started';
}

export function failingCause({ live, request }: Evidence): FailingCause | undefined {
  const failure = live?.failures.find(({ sidecar }) => sidecar !== '' && isAboutSidecar(request.sidecar, sidecar));
  if (!failure) return undefined;
  const { pod, container, sidecar, reason, message } = failure;
  const said = message === '' ? `${reason}.` : `${reason}: ${message}`;
  const name = `${pod} -n ${request.namespace}`;
  if (reason === 'CrashLoopBackOff')
    return {
      ...{ family: 'failing', kind: 'crashes' },
      cause: `The container ${container} of ${sidecar} ends again and again. ${said}`,
      fix: `Run kubectl logs ${name} -c ${container} --previous: it says why.`,
    };
  return {
    ...{ family: 'failing', kind: 'not-started' },
    cause: `The container ${container} of ${sidecar} does not start. ${said}`,
    fix: `Run kubectl describe pod ${name}, and correct what its Events name.`,
  };
}
