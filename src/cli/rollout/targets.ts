import type { JsonObject } from '../../core/json.ts';
import { workloadKinds } from '../../workload/kinds.ts';
import { ownersOf, titleOfObject } from '../cluster/above.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { metadataText } from '../cluster/paths.ts';
import { type WorkloadName, workloadName } from '../cluster/workload-name.ts';

/** The workloads that were named, and what is wrong with other names. */
export interface Targets {
  readonly found: readonly WorkloadName[];
  readonly problems: readonly string[];
}

/** The names in the words `deployment/web statefulset/db` or `deployment web shop`, each with its type. */
export function namesIn(words: readonly string[]): readonly string[] {
  const [type, ...names] = words;
  return words.some((word) => word.includes('/')) ? words : names.map((name) => `${type}/${name}`);
}

/** The workloads with these names, each once; for a pod or a ReplicaSet the workload that it belongs to. */
export function readNamed(cluster: Cluster, names: readonly string[], namespace: string | undefined): Targets {
  const found = new Map<string, WorkloadName>();
  const problems: string[] = [];
  for (const name of names) {
    const answer = cluster.named(name, namespace);
    if ('message' in answer) {
      problems.push(answer.message.split('\n').at(-1) ?? name);
      continue;
    }
    const { object } = answer;
    const top = ownersOf(cluster, object, metadataText(object, 'namespace'), workloadKinds).at(-1) ?? object;
    const owner = nameOf(top);
    if (owner.path === '') problems.push(`${titleOfObject(top)} is not a workload that this command can restart.`);
    else found.set(owner.path, owner);
  }
  return { found: [...found.values()], problems };
}

function nameOf(object: JsonObject): WorkloadName {
  const [namespace, name] = [metadataText(object, 'namespace'), metadataText(object, 'name')];
  return workloadName(String(object.apiVersion), String(object.kind), namespace, name);
}
