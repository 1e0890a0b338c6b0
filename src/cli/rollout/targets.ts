import type { JsonObject } from '../../core/json.ts';
import { kindOfObject, workloadKinds } from '../../workload/kinds.ts';
import { ownersOf, titleOf } from '../cluster/above.ts';
import type { Owner } from '../cluster/changes.ts';
import { type Cluster, metadataText, pathTo } from '../cluster/open-cluster.ts';

/** What a command is about: workloads as they are now, and why others cannot be found. */
export interface Targets {
  readonly found: readonly { readonly owner: Owner; readonly object: JsonObject }[];
  readonly problems: readonly string[];
}

/** The names in the words `deployment/web statefulset/db` or `deployment web shop`, each with its type. */
export function namesIn(words: readonly string[]): readonly string[] {
  const [type, ...names] = words;
  return words.some((word) => word.includes('/')) ? words : names.map((name) => `${type}/${name}`);
}

/** The workloads with these names, each once; for a pod or a ReplicaSet the workload that it belongs to. */
export function readNamed(cluster: Cluster, names: readonly string[], namespace: string | undefined): Targets {
  const found = new Map<string, Targets['found'][number]>();
  const problems: string[] = [];
  for (const name of names) {
    const answer = cluster.named(name, namespace);
    if ('message' in answer) {
      problems.push(answer.message.split('\n').at(-1) ?? name);
      continue;
    }
    const { object } = answer;
    const top = ownersOf(cluster, object, metadataText(object, 'namespace'), workloadKinds).at(-1) ?? object;
    const owner = ownerOf(top);
    if (owner) found.set(owner.path, { owner, object: top });
    else problems.push(`${titleOf(top)} makes no pods.`);
  }
  return { found: [...found.values()], problems };
}

/** How a workload or a pod is named to kubectl; undefined for an object that makes no pods. */
function ownerOf(object: JsonObject): Owner | undefined {
  const [apiVersion, kind] = [String(object.apiVersion), String(object.kind)];
  const isPod = apiVersion === 'v1' && kind === 'Pod';
  const known = isPod ? { group: '', resource: 'pods' } : kindOfObject(workloadKinds, apiVersion, kind);
  if (!known) return undefined;
  const namespace = metadataText(object, 'namespace');
  const name = metadataText(object, 'name');
  const type = known.group === '' ? known.resource : `${known.resource}.${known.group}`;
  return { apiVersion, kind, type, path: pathTo(apiVersion, known.resource, namespace, name), namespace, name };
}
