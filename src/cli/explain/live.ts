import { fromWorkloadKey } from '../../core/annotations.ts';
import { textAt } from '../../core/fields.ts';
import { carriedAnnotations, readCarried } from '../../core/from-workload.ts';
import type { JsonObject } from '../../core/json.ts';
import { type Decision, explain } from '../../engine/explain/explain.ts';
import type { OwnerFacts } from '../../engine/explain/facts.ts';
import { awaitedIn, failuresOf } from '../../rollout/pod-failure.ts';
import type { State } from '../../state/state.ts';
import { claimVolumes, withClaims } from '../../workload/claims.ts';
import { kindOfObject } from '../../workload/kinds.ts';
import { annotationsOf, templatesOf } from '../../workload/templates.ts';
import { undeclaredKind, undeclaredText } from '../../workload/undeclared.ts';
import { titleOfObject } from '../cluster/above.ts';
import { readEnvironment } from '../cluster/environment.ts';
import { original } from '../cluster/live-pods.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { kindsOf, knownTemplates, readInjector } from '../cluster/read-state.ts';
import { objectsIn, podAt } from '../inject/objects.ts';
import type { ExplainValues } from './settings.ts';
import { readTarget } from './target.ts';

/** The decisions; or why there is nothing to explain, or why that cannot be read. */
export type Explained =
  | { readonly decisions: readonly Decision[]; readonly notes?: readonly string[] }
  | { readonly errors: readonly string[] }
  | { readonly unread: readonly string[] };

/** Explains a pod or a workload of the cluster. */
export function explainLive(
  name: string,
  values: ExplainValues,
  base: State,
  cluster: Cluster,
  now: number,
): Explained {
  const named = cluster.named(name, values.namespace);
  if ('message' in named) return unnamed(named.message);
  const { object } = named;
  const injector = readInjector(cluster, now);
  const kinds = kindsOf(base, injector);
  const [found] = objectsIn(object, kinds);
  if (!found || found.role === 'other' || found.role === 'namespace') return { errors: [withoutPods(object, kinds)] };
  const { namespace, pod, owner, events } = readTarget(cluster, object, kinds);
  const { state, facts, unread } = readEnvironment(cluster, namespace, base, now, injector);
  const live = {
    ...{ ...facts, stored: pod, events },
    failures: pod ? [...failuresOf(pod), ...awaitedIn(pod, now)] : [],
    known: knownTemplates({ ...injector, unread }, base.injector.version, values.image !== undefined),
    owner: owner && ownerFacts(owner, kinds),
  };
  const written = owner ?? object;
  const common = {
    ...{ namespace, title: found.title, live },
    ...(values.sidecar === undefined ? {} : { sidecar: values.sidecar }),
    written: { object: written, role: owner ? 'workload' : 'pod' } as const,
  };
  const [first = [], ...others] = found.pods;
  const at = first.length > 0 && others.length === 0 ? first.join('.') : undefined;
  if (pod) return { decisions: [explain({ ...common, at, pod: original(pod) }, state)] };
  const decisions = found.pods.map((steps) => {
    const template = podAt(found, steps);
    const claimed = withClaims(template, claimVolumes(found.kind, object));
    return explain(
      {
        ...common,
        ...{ at: steps.join('.'), isTemplate: true },
        pod: claimed,
        workload: { annotations: carriedAnnotations(annotationsOf(object), annotationsOf(template)) },
      },
      state,
    );
  });
  return decisions.length > 0 ? { decisions } : { errors: [`${found.title} has no pod template.`] };
}

function ownerFacts(object: JsonObject, kinds: State['workloads']): OwnerFacts {
  const kind = kindOfObject(kinds, textAt(object, 'apiVersion'), textAt(object, 'kind'));
  const carried = (kind ? templatesOf(object, kind) : []).flatMap(({ template }) => {
    const text = annotationsOf(template)?.[fromWorkloadKey];
    return typeof text === 'string' ? Object.keys(readCarried(text) ?? {}) : [];
  });
  return { title: titleOfObject(object), kind: String(object.kind), object, carried };
}

function withoutPods(object: JsonObject, kinds: State['workloads']): string {
  const undeclared = undeclaredKind(object, kinds);
  return undeclared
    ? `${titleOfObject(object)}: ${undeclaredText(undeclared)}`
    : `${titleOfObject(object)} makes no pods.`;
}

/** What the last line of kubectl means. */
function unnamed(text: string): Explained {
  const message = text.split('\n').at(-1) ?? text;
  if (!message.includes('(NotFound)')) return { unread: [message] };
  const hint = 'A dry run stores nothing, and a pod that is refused does not exist';
  return { errors: [`${message}. ${hint}: explain its workload, or its manifest with -f.`] };
}
