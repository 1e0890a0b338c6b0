import { objectAt } from '../../../core/fields.ts';
import { isCarried } from '../../../core/from-workload.ts';
import { readAnnotationName } from '../../../select/gather.ts';
import type { Evidence } from '../evidence.ts';

/** Why a pod does not see an annotation of its workload; undefined where it sees all that the question is about. */
export function notCarried(evidence: Evidence): string | undefined {
  const { live, request } = evidence;
  const key = unseen(evidence);
  if (key === undefined || !live?.owner) return undefined;
  const { title, kind, carried } = live.owner;
  const older = request.title === title ? `The pods of ${title} were` : `${request.title} was`;
  if (carried.includes(key)) return `${older} created before ${title} had ${key} in its pod template.`;
  if (kind === 'Job')
    return `${title} was annotated with ${key} after its creation, and its pod template cannot change.`;
  return `${title} has ${key}, but its pod template does not carry it: it was annotated while no injector answered.`;
}

/** The first annotation of the workload that its pods do not see. */
function unseen({ live, plan, request }: Evidence): string | undefined {
  const carried = plan?.layers.find(({ kind }) => kind === 'workload')?.annotations ?? {};
  const own = plan?.layers.find(({ kind }) => kind === 'pod')?.annotations ?? {};
  return Object.keys(objectAt(live?.owner?.object, 'metadata.annotations')).find(
    (key) =>
      isCarried(key) && !Object.hasOwn(carried, key) && !Object.hasOwn(own, key) && isAboutKey(request.sidecar, key),
  );
}

function isAboutKey(sidecar: string | undefined, key: string): boolean {
  const { word } = readAnnotationName(key);
  return sidecar === undefined || word === sidecar || word.startsWith(`${sidecar}-`);
}
