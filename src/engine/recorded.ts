import { statusKey } from '../core/annotations.ts';
import { objectAt } from '../core/fields.ts';
import { isObject, type JsonObject, objectsOf } from '../core/json.ts';
import { readStatus } from '../core/status.ts';

/** A sidecar as the status of a pod names it. */
export interface RecordedSidecar {
  readonly name: string;
  readonly hash: string;
  readonly native: boolean;
  readonly containers: readonly string[];
}

/** What the text of a status says: the version of the injector that wrote it, and the sidecars. */
export interface StatusRecord {
  readonly version: string;
  readonly sidecars: readonly RecordedSidecar[];
}

/** What `sidecar.io/status` of a pod says; undefined without one that the injector can have written. */
export function recordedIn(pod: JsonObject): readonly RecordedSidecar[] | undefined {
  const text = objectAt(pod, 'metadata.annotations')[statusKey];
  return typeof text === 'string' ? recordOf(text)?.sidecars : undefined;
}

/** The same of the text alone. */
export function recordOf(text: string | undefined): StatusRecord | undefined {
  const status = readStatus(text);
  if (!status || text === undefined) return undefined;
  const details: unknown = JSON.parse(text);
  const { version, sidecars } = isObject(details) ? details : {};
  const byName = new Map(objectsOf(sidecars).map((each) => [each.name, each]));
  return {
    version: String(version ?? ''),
    sidecars: status.sidecars.map(({ name, containers }) => {
      const detail = byName.get(name);
      return { name, containers, hash: String(detail?.hash ?? ''), native: detail?.native === true };
    }),
  };
}
