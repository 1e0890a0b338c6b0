import { filesPrefix, statusKey } from '../core/annotations.ts';
import { isObject, type Json, objectsOf } from '../core/json.ts';
import type { Container, Pod } from '../core/pod.ts';
import type { Problem } from '../core/problem.ts';
import type { Fact } from '../language/dependencies.ts';
import type { ContainerView, NamespaceView, PodView, Texts } from '../language/scope.ts';
import type { Template } from '../template/template.ts';
import { idOf, isOf } from './instance.ts';

/** The pod that asks, and its namespace as far as it is known. */
export interface Subject {
  readonly pod: Pod;
  readonly namespace: string;
  readonly labels: Texts | undefined;
  readonly annotations: Texts | undefined;
}

/** What the sidecars of a pod read of it together, and what of it is theirs, so that they do not read it. */
export interface Dependencies {
  readonly facts: ReadonlySet<Fact>;
  readonly ids: readonly string[];
  readonly annotations: ReadonlySet<string>;
}

/** What is read, and as text: two pods with the same text give the same sidecars. */
export interface View {
  readonly scope: { readonly pod: PodView; readonly namespaceObject: NamespaceView };
  readonly text: string;
}

/** Undefined where nothing is read, as by nearly all sidecars. */
export function dependenciesOf(
  sidecars: readonly { readonly template: Template; readonly instance: string }[],
): Dependencies | undefined {
  if (!sidecars.some(({ template }) => template.dependencies.size > 0)) return undefined;
  return {
    facts: new Set(sidecars.flatMap(({ template }) => [...template.dependencies])),
    ids: sidecars.map(idOf),
    annotations: new Set(sidecars.flatMap(({ template }) => Object.keys(template.document.spec.annotations ?? {}))),
  };
}

/**
 * The pod as it came from its user, so that a second call for it sees the same: without containers and annotations that
 * its sidecars bring, and with the defaults of the API server.
 */
export function viewOf(reading: Dependencies, subject: Subject): View {
  const { facts, annotations } = reading;
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
          (key) => annotations.has(key) || isOurs(key),
        ),
      },
      containers: facts.has('pod.containers') ? containersOf(subject.pod, reading.ids) : [],
    },
    namespaceObject: {
      metadata: {
        name: text('namespaceObject', subject.namespace),
        // The API server gives each namespace this label.
        labels: texts('namespaceObject', { ...subject.labels, 'kubernetes.io/metadata.name': subject.namespace }),
        annotations: texts('namespaceObject', subject.annotations, isOurs),
      },
    },
  };
  return { scope, text: JSON.stringify(scope, (_, value) => (typeof value === 'bigint' ? String(value) : value)) };
}

/** As much as a list may hold: expressions put together many times what they read, in the memory of the injector. */
const longestOfTenants = 16_384;

/** A tenant writes both the template and the pod, so what the one reads of the other has a bound. */
export function excessOf(
  { name, dependencies, document }: Template,
  { text }: View,
  because: string,
): Problem | undefined {
  if (document.kind !== 'SidecarTemplate' || dependencies.size === 0 || text.length <= longestOfTenants)
    return undefined;
  return {
    code: 'template-failed',
    path: because,
    message: `What is read of the pod and its namespace is ${text.length} characters long; ${name}, a template of a namespace, may read ${longestOfTenants}.`,
    fix: 'Shorten the annotations of the pod or of the namespace, or have the template read less.',
  };
}

/** The whole object in the notation of kubectl: there only with `kubectl apply`, so a view without it is the same for all. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

function isOurs(key: string): boolean {
  return key === statusKey || key.startsWith(filesPrefix) || key === lastApplied;
}

function textsIn(map: Json | undefined, except: (key: string) => boolean): Texts {
  if (!isObject(map)) return {};
  const entries = Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries.filter(([key]) => !except(key)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function containersOf({ spec }: Pod, ids: readonly string[]): ContainerView[] {
  const isSidecar = (name: string) => ids.some((id) => isOf(id, name));
  return spec.containers.filter(({ name }) => !isSidecar(name)).map(containerView);
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
