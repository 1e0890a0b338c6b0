import { prefix, statusKey } from '../../../core/annotations.ts';
import { objectAt } from '../../../core/fields.ts';
import { isSidecarName } from '../../../core/instance.ts';
import type { JsonObject } from '../../../core/json.ts';
import { containersOf, type Evidence, isAboutSidecar } from '../evidence.ts';
import { recreation } from '../recreate.ts';
import type { Words } from '../words.ts';

/** The pod was injected, and is not as the injector left it. */
export interface TakenCause extends Words {
  readonly family: 'taken';
  readonly kind: 'removed' | 'copied';
}

export function takenCause({ live, recorded, request }: Evidence): TakenCause | undefined {
  const stored = live?.stored;
  if (!stored) return undefined;
  const names = containersOf(stored);
  const gone = (recorded ?? [])
    .filter(({ name }) => isAboutSidecar(request.sidecar, name))
    .flatMap(({ containers }) => containers.filter((each) => !names.has(each)));
  if (gone.length > 0)
    return {
      ...{ family: 'taken', kind: 'removed' },
      cause: `${statusKey} says that the injector added ${gone.join(', ')}, and the pod does not have it: another webhook removed it.`,
      fix: `Find it with kubectl get mutatingwebhookconfigurations, and exclude this pod there. ${recreation(request)}`,
    };
  const injected = [...names].filter(isSidecarName);
  if (recorded || injected.length === 0 || annotated(stored)) return undefined;
  return {
    ...{ family: 'taken', kind: 'copied' },
    cause: `It has ${injected.join(', ')} without ${statusKey}: it is a copy of a pod that lost its annotations.`,
    fix: 'Copy it with kubectl debug --copy-to=NAME --keep-annotations: some sidecars get their files from annotations.',
  };
}

function annotated(pod: JsonObject): boolean {
  return Object.keys(objectAt(pod, 'metadata.annotations')).some((key) => key.startsWith(prefix));
}
