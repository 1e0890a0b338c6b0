import { filesPrefix, fromWorkloadKey, lastAppliedKey, statusKey } from '../core/annotations.ts';
import { instanceId, isNameOf } from '../core/instance.ts';
import { isObject, type Json, objectsOf } from '../core/json.ts';
import type { Container, Pod } from '../core/objects.ts';
import type { Problem } from '../core/problem.ts';
import { pathOf, type Source } from '../core/source.ts';
import type { Fact } from '../language/dependencies.ts';
import type { ContainerView, NamespaceView, PodView, Texts } from '../language/scope.ts';
import type { Template } from '../template/template.ts';

/** The pod to inject, and its namespace as far as it is known. */
export interface Subject {
  readonly pod: Pod;
  readonly namespace: string;
  readonly labels: Texts | undefined;
  readonly annotations: Texts | undefined;
}

/** What the sidecars of a pod read of it together, and what of it is their own, so that they do not read that. */
export interface Dependencies {
  readonly facts: ReadonlySet<Fact>;
  readonly ids: readonly string[];
  readonly annotations: ReadonlySet<string>;
}

/** What is read, and the same as text: two pods with the same text get the same sidecars. */
export interface View {
  readonly scope: { readonly pod: PodView; readonly namespaceObject: NamespaceView };
  readonly text: string;
}

/** The dependencies of these sidecars together. */
export function dependenciesOf(
  sidecars: readonly { readonly template: Template; readonly instance: string }[],
): Dependencies {
  return {
    facts: new Set(sidecars.flatMap(({ template }) => [...template.dependencies])),
    ids: sidecars.map(({ template, instance }) => instanceId(template.name, instance)),
    annotations: new Set(sidecars.flatMap(({ template }) => Object.keys(template.document.spec.annotations ?? {}))),
  };
}

/**
 * The pod as its user wrote it, so that a reinvocation gives the same view: without the containers and annotations that
 * its sidecars bring, and with the defaults of the API server.
 */
export function viewOf(dependencies: Dependencies, subject: Subject): View {
  const { facts, ids, annotations } = dependencies;
  const metadata = subject.pod.metadata ?? {};
  const text = (fact: Fact, value: Json | undefined) => (facts.has(fact) && typeof value === 'string' ? value : '');
  const texts = (fact: Fact, map: Json | undefined, except: (key: string) => boolean = () => false) =>
    facts.has(fact) ? textsIn(map, except) : {};
  const scope = {
    pod: {
      metadata: {
        name: text('pod.metadata.name', metadata.name),
        generateName: text('pod.metadata.generateName', metadata.generateName),
        namespace:
          text('pod.metadata.namespace', metadata.namespace) || text('pod.metadata.namespace', subject.namespace),
        labels: texts('pod.metadata.labels', metadata.labels),
        annotations: texts(
          'pod.metadata.annotations',
          metadata.annotations,
          (key) => annotations.has(key) || isLeftOut(key),
        ),
      },
      containers: facts.has('pod.containers') ? containersOf(subject.pod, ids) : [],
    },
    namespaceObject: {
      metadata: {
        name: text('namespaceObject', subject.namespace),
        // The API server sets this label on every namespace.
        labels: texts('namespaceObject', { ...subject.labels, 'kubernetes.io/metadata.name': subject.namespace }),
        annotations: texts('namespaceObject', subject.annotations, isLeftOut),
      },
    },
  };
  return { scope, text: JSON.stringify(scope, (_, value) => (typeof value === 'bigint' ? String(value) : value)) };
}

/** The limit for the view of a tenant's template, in characters: expressions can multiply what they read in memory. */
const longestOfTenants = 16_384;

/** Tenants write both the template and the pod, so what the template can read of the pod has a limit. */
export function tooLongForTenant(
  { name, dependencies, document }: Template,
  { text }: View,
  source: Source,
): Problem | undefined {
  if (document.kind !== 'SidecarTemplate' || dependencies.size === 0 || text.length <= longestOfTenants)
    return undefined;
  return {
    code: 'template-failed',
    path: pathOf(source),
    message: `${name} is a template of a namespace and can read ${longestOfTenants} characters of the pod and its namespace; here it would read ${text.length}.`,
    fix: 'Shorten the annotations of the pod or of the namespace, or change the template to read less.',
  };
}

/**
 * Annotations that do not come from the user, or that repeat the whole object and are only there after `kubectl apply`.
 */
function isLeftOut(key: string): boolean {
  return key === statusKey || key === fromWorkloadKey || key.startsWith(filesPrefix) || key === lastAppliedKey;
}

function textsIn(map: Json | undefined, except: (key: string) => boolean): Texts {
  if (!isObject(map)) return {};
  const entries = Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries.filter(([key]) => !except(key)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The containers that run together: those of the pod, then its native sidecars. */
function containersOf({ spec }: Pod, ids: readonly string[]): ContainerView[] {
  const isSidecar = (name: string) => ids.some((id) => isNameOf(id, name));
  const native = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...native].filter(({ name }) => !isSidecar(name)).map(containerView);
}

function containerView({ name, image, ports }: Container): ContainerView {
  return {
    name,
    image: typeof image === 'string' ? image : '',
    ports: objectsOf(ports).map(({ name, containerPort, protocol }) => ({
      name: typeof name === 'string' ? name : '',
      containerPort: Number.isSafeInteger(containerPort) ? BigInt(containerPort as number) : 0n,
      protocol: typeof protocol === 'string' ? protocol : 'TCP',
    })),
  };
}
