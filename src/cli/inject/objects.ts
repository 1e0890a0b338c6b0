import { isObject, type Json, type JsonObject } from '../../core/json.ts';

/** An object of a manifest: the document itself, or an item of a list in it. */
export interface Found {
  /** The steps from the document to the object. */
  readonly steps: readonly string[];
  readonly object: JsonObject;
  readonly kind: string;
  readonly name: string;
  /** As kubectl names it: `deployment/web`. */
  readonly title: string;
  /** The steps from the object to its pod or pod template; undefined for kinds that have none. */
  readonly podSteps: readonly string[] | undefined;
}

const template = ['spec', 'template'];
const podPaths: Readonly<Record<string, { readonly groups: readonly string[]; readonly steps: readonly string[] }>> = {
  Pod: { groups: [''], steps: [] },
  ReplicationController: { groups: [''], steps: template },
  Deployment: { groups: ['apps', 'extensions'], steps: template },
  ReplicaSet: { groups: ['apps', 'extensions'], steps: template },
  DaemonSet: { groups: ['apps', 'extensions'], steps: template },
  StatefulSet: { groups: ['apps'], steps: template },
  Job: { groups: ['batch'], steps: template },
  CronJob: { groups: ['batch'], steps: ['spec', 'jobTemplate', 'spec', 'template'] },
};

/** The Kubernetes objects of a document, those of lists one by one. */
export function objectsIn(value: Json, steps: readonly string[] = [], kindInList = ''): Found[] {
  if (!isObject(value)) return [];
  const kind = typeof value.kind === 'string' ? value.kind : kindInList;
  if (kind.endsWith('List') && Array.isArray(value.items)) {
    const inner = kind.slice(0, -'List'.length);
    return value.items.flatMap((item: Json, i) => objectsIn(item, [...steps, 'items', String(i)], inner));
  }
  if (kind === '') return [];
  const name = nameOf(value);
  const title = `${kind.toLowerCase()}/${name === '' ? '(no name)' : name}`;
  return [{ steps, object: value, kind, name, title, podSteps: podStepsOf(kind, value) }];
}

/** Only for kinds of Kubernetes itself, not for kinds of other projects with the same name. */
function podStepsOf(kind: string, { apiVersion }: JsonObject): readonly string[] | undefined {
  const path = Object.hasOwn(podPaths, kind) ? podPaths[kind] : undefined;
  const group = typeof apiVersion === 'string' ? apiVersion.replace(/\/?[^/]*$/, '') : undefined;
  return group === undefined || path?.groups.includes(group) ? path?.steps : undefined;
}

function nameOf({ metadata }: JsonObject): string {
  const { name, generateName } = isObject(metadata) ? metadata : {};
  if (typeof name === 'string') return name;
  return typeof generateName === 'string' ? `${generateName}*` : '';
}

/** The value at the end of the steps. */
export function valueAt(value: Json | undefined, steps: readonly string[]): Json | undefined {
  let at = value;
  for (const step of steps) at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  return at;
}
