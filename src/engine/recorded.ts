import { statusKey } from '../core/annotations.ts';
import { isObject, type Json, objectsOf } from '../core/json.ts';
import { readStatus } from '../core/status.ts';

/** A sidecar as the status of a pod names it. */
export interface RecordedSidecar {
  readonly name: string;
  readonly hash: string;
  readonly native: boolean;
  readonly containers: readonly string[];
}

/** What `sidecar.io/status` of a pod says; undefined without one that the injector can have written. */
export function recordedIn({ metadata }: { readonly metadata?: Json }): readonly RecordedSidecar[] | undefined {
  const annotations = isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
  const text = annotations[statusKey];
  if (typeof text !== 'string') return undefined;
  const status = readStatus(text);
  if (!status) return undefined;
  const details: unknown = JSON.parse(text);
  const sidecars = isObject(details) ? objectsOf(details.sidecars) : [];
  return status.sidecars.map(({ name, containers }) => {
    const detail = sidecars.find((each) => each.name === name);
    return { name, containers, hash: String(detail?.hash ?? ''), native: detail?.native === true };
  });
}
