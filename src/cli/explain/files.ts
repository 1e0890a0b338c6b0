import { carriedAnnotations } from '../../core/from-workload.ts';
import { type Decision, explain } from '../../engine/explain/explain.ts';
import { uninject } from '../../engine/uninject.ts';
import type { State } from '../../state/state.ts';
import { claimVolumes, withClaims } from '../../workload/claims.ts';
import { annotationsOf } from '../../workload/templates.ts';
import { undeclaredKind, undeclaredText } from '../../workload/undeclared.ts';
import { patched } from '../../yaml-edit/edit-document.ts';
import { type ClusterEnvironment, readEnvironment } from '../cluster/environment.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { metadataText } from '../cluster/paths.ts';
import { kindsOf, readInjector } from '../cluster/read-state.ts';
import { unreached } from '../cluster/unreached.ts';
import type { Console } from '../console.ts';
import { readNamespaces } from '../inject/annotations.ts';
import { readBeside } from '../inject/beside.ts';
import { Locator, lineOf } from '../inject/locate.ts';
import { readManifests } from '../inject/manifests.ts';
import { type Found, objectsIn, podAt } from '../inject/objects.ts';
import { namespacesIn, readPolicies, withPoliciesOf } from '../inject/policies.ts';
import { readSources } from '../inject/sources.ts';
import type { Explained } from './live.ts';
import type { ExplainValues } from './settings.ts';

/** Explains every pod and workload of manifests, with the namespaces and policies of files or of the cluster. */
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
  const locator = new Locator();
  const { manifests, problems: unread } = readManifests(input.sources);
  const readOthers = readManifests(others.sources);
  const all = [...manifests, ...readOthers.manifests];
  const { namespaces, problems } = readNamespaces(all, locator);
  const { policies, problems: wrong } = readPolicies(all, base.catalog, now, locator);
  const broken = [...unread, ...readOthers.problems, ...problems, ...wrong];
  if (broken.length > 0) return { unread: broken.map(lineOf) };
  const standard = values.namespace ?? (values.cluster ? cluster.namespace() : 'default');
  const names = [standard, ...namespacesIn(manifests)];
  const facts = withPoliciesOf(namespaces, names, { ...base, policies });
  const injector = values.cluster ? readInjector(cluster, now) : undefined;
  const kinds = injector ? kindsOf(base, injector) : base.workloads;
  const environments = new Map<string, ClusterEnvironment>();
  const environmentOf = (namespace: string) => {
    const known = environments.get(namespace) ?? readEnvironment(cluster, namespace, base, now, injector);
    environments.set(namespace, known);
    return known;
  };
  const objects = manifests.flatMap(({ value }) => objectsIn(value, kinds));
  const decisions = objects.flatMap((found) =>
    found.pods.map((steps) => {
      const namespace = metadataText(found.object, 'namespace') || standard;
      if (!values.cluster)
        return explainFound(found, steps, namespace, values, { ...base, namespaces: facts, policies });
      const { state, facts: live } = environmentOf(namespace);
      return explainFound(found, steps, namespace, values, state, {
        ...live,
        stored: undefined,
        owner: undefined,
        events: [],
        known: { kind: 'unknown' },
        failures: [],
      });
    }),
  );
  if (decisions.length > 0) return { decisions };
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
  state: State,
  live?: Parameters<typeof explain>[0]['live'],
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
