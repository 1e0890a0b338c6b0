import { filesPrefix } from '../../core/annotations.ts';
import { isObject, type Json, type JsonObject, objectsOf } from '../../core/json.ts';
import type { Outcome } from '../../core/outcome.ts';

/** What an injection adds to a pod besides mounts and variables of the app. */
export interface Added {
  /** By name. */
  readonly containers: ReadonlyMap<string, JsonObject>;
  /** The annotations with the files of sidecars. */
  readonly files: ReadonlyMap<string, string>;
}

const containerPath = /^\/spec\/(?:initContainers|containers)(?:\/(?:-|\d+))?$/;
const filePointer = `/metadata/annotations/${filesPrefix.replace('/', '~1')}`;

/** What the outcome for a pod without sidecars adds to it. */
export function addedBy(outcome: Outcome): Added {
  const containers = new Map<string, JsonObject>();
  const files = new Map<string, string>();
  const addFiles = (annotations: Json | undefined) => {
    for (const [key, value] of Object.entries(isObject(annotations) ? annotations : {}))
      if (key.startsWith(filesPrefix)) files.set(key, String(value));
  };
  for (const { path, value } of outcome.kind === 'Injected' ? outcome.patch : []) {
    if (containerPath.test(path))
      for (const container of Array.isArray(value) ? objectsOf(value) : objectsOf([value]))
        containers.set(String(container.name), container);
    else if (path.startsWith(filePointer)) files.set(filesPrefix + path.slice(filePointer.length), String(value));
    else if (path === '/metadata/annotations') addFiles(value);
    else if (path === '/metadata') addFiles(isObject(value) ? value.annotations : undefined);
  }
  return { containers, files };
}
