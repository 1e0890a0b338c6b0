import { carriedAnnotations } from '../../core/from-workload.ts';
import { type Decision, explain } from '../../engine/explain/explain.ts';
import type { ExplainRequest } from '../../engine/explain/facts.ts';
import { uninject } from '../../engine/uninject.ts';
import type { NamespaceFacts, State } from '../../state/state.ts';
import { claimVolumes, withClaims } from '../../workload/claims.ts';
import { annotationsOf } from '../../workload/templates.ts';
import { undeclaredKind, undeclaredText } from '../../workload/undeclared.ts';
import { patched } from '../../yaml-edit/edit-document.ts';
import { readEnvironment } from '../cluster/environment.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { metadataText } from '../cluster/paths.ts';
import { kindsOf, namespaceFacts, readInjector } from '../cluster/read-state.ts';
import { unreached } from '../cluster/unreached.ts';
import type { Console } from '../console.ts';
import { readBeside } from '../inject/beside.ts';
import { Locator, lineOf } from '../inject/locate.ts';
import { readManifests } from '../inject/manifests.ts';
import { type Found, objectsIn, podAt } from '../inject/objects.ts';
import { namespacesIn } from '../inject/policies.ts';
import { readSources } from '../inject/sources.ts';
import { type Deciding, withDeciding } from '../inject/with-deciding.ts';
import type { Explained } from './live.ts';
import type { ExplainValues } from './settings.ts';

/** What decides about the pods of a namespace, and what else a cluster says of it. */
type Decided = Deciding & Pick<ExplainRequest, 'live'>;

/** Explains every pod and workload of manifests, with what decides about them in files and in the cluster. */
export function explainFiles(
  console: Console,
  values: ExplainValues,
  base: State,
  cluster: Cluster,
  now: number,
): Explained {
  const input = readSources(values.filename, console);
  const others = readBeside(values, console);
  const unreadable = [...input.problems, ...others.problems];
  if (unreadable.length > 0) return { unread: unreadable };
  // Everyone may read the version.
  const silence = values.cluster ? unreached(cluster) : undefined;
  if (silence !== undefined) return { unread: [silence] };
  const { manifests, problems: unread } = readManifests(input.sources);
  const beside = readManifests(others.sources);
  const all = [...beside.manifests, ...manifests];
  const standard = values.namespace ?? (values.cluster ? cluster.namespace() : 'default');
  const injector = values.cluster ? readInjector(cluster, now) : undefined;
  const kinds = injector ? kindsOf(base, injector) : base.workloads;
  const locator = new Locator();
  const offline = values.cluster
    ? undefined
    : withDeciding(base, all, [standard, ...namespacesIn(manifests)], standard, now, locator);
  const known = new Map<string, Decided>();
  const decidedIn = (namespace: string): Decided => {
    if (offline) return offline;
    const { state, facts } = readEnvironment(cluster, namespace, base, now, injector);
    const own = facts.namespace && namespaceFacts(facts.namespace);
    const namespaces = new Map<string, NamespaceFacts>([
      ...(own ? [[namespace, own] as const] : []),
      ...state.namespaces,
    ]);
    const deciding = withDeciding({ ...state, namespaces }, all, [namespace], standard, now, locator);
    const ofPod = {
      stored: undefined,
      owner: undefined,
      events: [],
      failures: [],
      known: { kind: 'unknown' } as const,
    };
    return { ...deciding, live: { ...facts, ...ofPod } };
  };
  const objects = manifests.flatMap(({ value }) => objectsIn(value, kinds));
  const decisions = objects.flatMap((found) => {
    if (found.pods.length === 0) return [];
    const namespace = metadataText(found.object, 'namespace') || standard;
    const decided = known.get(namespace) ?? decidedIn(namespace);
    known.set(namespace, decided);
    return found.pods.map((steps) => explainFound(found, steps, namespace, values, decided));
  });
  const ofState = offline ? [offline] : [...known.values()];
  const broken = [...unread, ...beside.problems, ...ofState.flatMap(({ problems }) => problems)];
  if (broken.length > 0) return { unread: [...new Set(broken.map(lineOf))] };
  if (decisions.length > 0) return { decisions, notes: [...new Set(ofState.flatMap(({ notes }) => notes))] };
  const unknown = objects.flatMap(({ object, title }) => {
    const undeclared = undeclaredKind(object, kinds);
    return undeclared ? [`${title}: ${undeclaredText(undeclared)}`] : [];
  });
  return { errors: unknown.length > 0 ? unknown : ['The files have neither a pod nor a workload.'] };
}

function explainFound(
  found: Found,
  steps: readonly string[],
  namespace: string,
  { sidecar }: ExplainValues,
  { state, live }: Decided,
): Decision {
  const { object, kind, title } = found;
  const template = podAt(found, steps);
  const removal = uninject(template);
  const bare = removal && template !== undefined ? patched(template, removal.edits) : template;
  const isWorkload = steps.length > 0;
  return explain(
    {
      ...{ namespace, title, pod: withClaims(bare, claimVolumes(kind, object)) },
      written: { object, role: isWorkload ? 'workload' : 'pod' },
      ...(isWorkload
        ? {
            ...{ at: steps.join('.'), isTemplate: true },
            workload: { annotations: carriedAnnotations(annotationsOf(object), annotationsOf(template)) },
          }
        : {}),
      ...(sidecar === undefined ? {} : { sidecar }),
      ...(live ? { live } : {}),
    },
    state,
  );
}
