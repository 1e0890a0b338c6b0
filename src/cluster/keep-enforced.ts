import type { KubeConfig } from '@kubernetes/client-node';
import { type Api, failureOf } from './api.ts';
import { follow } from './follow.ts';
import type { Resource } from './resource.ts';

/** An object that holds a policy inside the API server. */
export interface HoldingObject {
  readonly kind: 'PodTemplate' | 'ValidatingAdmissionPolicyBinding';
  readonly metadata: { readonly name: string };
}

export interface KeepEnforcedOptions {
  readonly api: Api;
  readonly kubeConfig: KubeConfig;
  /** Where the parameters are. */
  readonly namespace: string;
  /** The label whose value is the name of a policy: objects with it are the injector's. */
  readonly label: string;
  /** The objects of each policy, by its name; undefined as long as that is not known. */
  readonly wanted: () => ReadonlyMap<string, readonly HoldingObject[]> | undefined;
  /** Policies that are not valid at the moment: what holds them stays as it is. */
  readonly untouched: () => ReadonlySet<string>;
  readonly isWriter: () => boolean;
  /** Something is in place now that was not, or the other way round. */
  readonly changed: () => void;
  readonly failed: (message: string) => void;
}

export interface KeptEnforced {
  readonly look: () => void;
  /** Whether everything that is wanted for the policy is in place. */
  readonly isInPlace: (policy: string) => boolean;
  readonly stop: () => void;
}

/** Milliseconds between two looks, at most. */
const every = 5_000;

/**
 * Keeps parameters and bindings of policies as they must be, until `stop`. An object counts as the injector's own as long as
 * it has the version that the last write gave: the API server fills in defaults, so the content cannot be compared.
 */
export function keepEnforced(options: KeepEnforcedOptions): KeptEnforced {
  const { api, kubeConfig, namespace, label, wanted, untouched, isWriter, failed } = options;
  const paths = {
    PodTemplate: `/api/v1/namespaces/${namespace}/podtemplates`,
    ValidatingAdmissionPolicyBinding: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
  };
  const stored = new Map<string, ReadonlyMap<string, Resource>>();
  const written = new Map<string, { readonly text: string; readonly version: string | undefined }>();
  let inPlace: ReadonlySet<string> = new Set();
  let stopped = false;
  let running = false;
  let again = false;
  let timer: NodeJS.Timeout | undefined;

  const keyOf = ({ kind, metadata }: HoldingObject) => `${kind}/${metadata.name}`;
  const storedOf = ({ kind, metadata }: HoldingObject) => stored.get(kind)?.get(metadata.name);
  function isAsWanted(object: HoldingObject): boolean {
    const version = storedOf(object)?.metadata?.resourceVersion;
    const last = written.get(keyOf(object));
    return version !== undefined && last?.version === version && last.text === JSON.stringify(object);
  }

  async function write(object: HoldingObject): Promise<void> {
    const path = paths[object.kind];
    const present = storedOf(object)?.metadata?.resourceVersion;
    const metadata = { ...object.metadata, ...(present === undefined ? {} : { resourceVersion: present }) };
    const body = { ...object, metadata };
    const answer =
      present === undefined
        ? await api({ method: 'POST', path, body })
        : await api({ method: 'PUT', path: `${path}/${object.metadata.name}`, body });
    if (answer.status === 409) return; // the watch brings what somebody else has written
    if (answer.status >= 300) throw new Error(`${keyOf(object)}: ${failureOf(answer)}`);
    const now = answer.body as Resource; // a successful answer has the object
    written.set(keyOf(object), { text: JSON.stringify(object), version: now.metadata?.resourceVersion });
    stored.set(object.kind, new Map(stored.get(object.kind)).set(object.metadata.name, now));
  }

  async function remove(kind: HoldingObject['kind'], name: string): Promise<void> {
    const answer = await api({ method: 'DELETE', path: `${paths[kind]}/${name}` });
    if (answer.status >= 300 && answer.status !== 404) throw new Error(`${kind}/${name}: ${failureOf(answer)}`);
    written.delete(`${kind}/${name}`);
  }

  async function round(): Promise<void> {
    const policies = wanted();
    if (!policies || stored.size < Object.keys(paths).length) return;
    const objects = [...policies.values()].flat();
    if (isWriter()) {
      for (const object of objects) if (!stopped && !isAsWanted(object)) await write(object).catch(report);
      const names = new Set(objects.map(keyOf));
      // Bindings go first: one without its parameters refuses every pod.
      for (const kind of ['ValidatingAdmissionPolicyBinding', 'PodTemplate'] as const)
        for (const [name, { metadata }] of stored.get(kind) ?? []) {
          const policy = metadata?.labels?.[label];
          if (stopped || policy === undefined || names.has(`${kind}/${name}`) || untouched().has(policy)) continue;
          await remove(kind, name).catch(report);
        }
    }
    const now = [...policies].filter(([, all]) => all.every((object) => storedOf(object) !== undefined));
    const next = new Set(now.map(([policy]) => policy));
    const isSame = next.size === inPlace.size && [...next].every((policy) => inPlace.has(policy));
    inPlace = next;
    if (!isSame) options.changed();
  }

  function report(error: unknown): void {
    failed(error instanceof Error ? error.message : String(error));
  }

  async function run(): Promise<void> {
    if (running || stopped) return;
    clearTimeout(timer);
    running = true;
    again = false;
    await round().catch(report);
    running = false;
    if (!stopped) timer = setTimeout(run, again ? 0 : every).unref();
  }
  const look = () => {
    again = true;
    void run();
  };
  const keep = ({ metadata }: Resource): Resource => {
    const { name = '', resourceVersion = '', labels = {} } = metadata ?? {};
    return { metadata: { name, resourceVersion, labels } };
  };
  const followed = Object.entries(paths).map(([kind, path]) =>
    follow<Resource>(
      { kubeConfig, api, path, keep },
      {
        failed,
        unknown: () => failed(`${path}: the API server does not know it`),
        changed(objects) {
          stored.set(kind, new Map(objects.map((object) => [object.metadata?.name ?? '', object])));
          look();
        },
      },
    ),
  );
  return {
    look,
    isInPlace: (policy) => inPlace.has(policy),
    stop() {
      stopped = true;
      clearTimeout(timer);
      for (const { stop } of followed) stop();
    },
  };
}
