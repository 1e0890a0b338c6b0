import type { KubeConfig } from '@kubernetes/client-node';
import { messageOf } from '../core/message-of.ts';
import { titleOf } from '../core/title.ts';
import type { Api } from './api.ts';
import { follow } from './follow.ts';
import { type HoldingObject, holdingPaths, removeHolding, writeHolding } from './holding-objects.ts';
import type { Resource } from './resource.ts';
import { createRounds } from './rounds.ts';

export interface KeepEnforcedOptions {
  readonly api: Api;
  readonly kubeConfig: KubeConfig;
  /** Where the parameters are. */
  readonly namespace: string;
  /** The label whose value is the name of a policy: objects with it are the injector's. */
  readonly label: string;
  /** The names of the ValidatingAdmissionPolicies that all bindings are of. */
  readonly rules: readonly string[];
  /** Whether the injector may read and write MutatingAdmissionPolicyBindings. */
  readonly injects: boolean;
  /** The objects of each policy, by its name; undefined as long as that is not known. */
  readonly wanted: () => ReadonlyMap<string, readonly HoldingObject[]> | undefined;
  /** Policies that are not valid at the moment: what holds them stays as it is. */
  readonly untouched: () => ReadonlySet<string>;
  /** Whether nothing is to hold the policy yet: it would refuse pods that get no sidecar so far. */
  readonly waits: (policy: string) => boolean;
  /** Whether the injector may write the binding with this name: others are of people, and stay as they are. */
  readonly isOwnBinding: (name: string) => boolean;
  /** The bindings of policies that it may not write, as kubectl names them: `kind/name`. */
  readonly others: (names: readonly string[]) => void;
  readonly isWriter: () => boolean;
  /** Something is in place now that was not, or the other way round. */
  readonly changed: () => void;
  readonly failed: (message: string) => void;
}

export interface KeptEnforced {
  readonly look: () => void;
  /** Whether it has looked as the writer, and written what was missing. */
  readonly hasLooked: () => boolean;
  /** Whether everything that is wanted for the policy is in place, and the rules are. */
  readonly isInPlace: (policy: string) => boolean;
  /** Whether the rules are bound to the policy, as it is or as it was. */
  readonly isBound: (policy: string) => boolean;
  readonly stop: () => void;
}

const bindingKinds = ['ValidatingAdmissionPolicyBinding', 'MutatingAdmissionPolicyBinding'] as const;

/** Milliseconds between two looks, at most. */
const every = 5_000;

/** Milliseconds that API servers may take to see that a binding is gone: each looks once a second. */
const unbinding = 5_000;

/**
 * Keeps parameters and bindings of policies as they must be, until `stop`. An object counts as the injector's own as
 * long as it has the version that the last write gave: the API server fills in defaults, so the content cannot be
 * compared. After a start it writes all of them; those that are the same already keep their version.
 */
export function keepEnforced(options: KeepEnforcedOptions): KeptEnforced {
  const { api, kubeConfig, namespace, label, wanted, untouched, isWriter, failed } = options;
  const { MutatingAdmissionPolicyBinding: injecting, ...refusing } = holdingPaths(namespace);
  const paths = { ...refusing, ...(options.injects ? { MutatingAdmissionPolicyBinding: injecting } : {}) };
  const stored = new Map<string, ReadonlyMap<string, Resource>>();
  const written = new Map<string, { readonly text: string; readonly version: string | undefined }>();
  /** When a policy that goes was first seen without bindings. */
  const unbound = new Map<string, number>();
  let inPlace: ReadonlySet<string> | undefined;
  let stopped = false;

  const keyOf = ({ kind, metadata }: HoldingObject) => `${kind}/${metadata.name}`;
  const storedOf = ({ kind, metadata }: HoldingObject) => stored.get(kind)?.get(metadata.name);
  function isAsWanted(object: HoldingObject): boolean {
    const version = storedOf(object)?.metadata?.resourceVersion;
    const last = written.get(keyOf(object));
    return version !== undefined && last?.version === version && last.text === JSON.stringify(object);
  }

  async function write(object: HoldingObject): Promise<void> {
    const now = await writeHolding(api, namespace, object, storedOf(object)?.metadata?.resourceVersion);
    if (!now) return; // the watch brings what somebody else has written
    written.set(keyOf(object), { text: JSON.stringify(object), version: now.metadata?.resourceVersion });
    stored.set(object.kind, new Map(stored.get(object.kind)).set(object.metadata.name, now));
  }

  async function round(): Promise<void> {
    const policies = wanted();
    if (!policies || stored.size < Object.keys(paths).length) return;
    const objects = [...policies.values()].flat();
    const writes = isWriter();
    if (writes) {
      for (const [policy, objects] of policies) {
        unbound.delete(policy);
        if (!isBound(policy) && options.waits(policy)) continue;
        for (const object of objects) if (!stopped && !isAsWanted(object)) await write(object).catch(report);
      }
      const names = new Set(objects.map(keyOf));
      options.others(bindingKinds.flatMap((kind) => othersOf(kind).map((name) => titleOf(kind, name))));
      // Bindings go first: one without its parameters refuses every pod.
      for (const kind of [...bindingKinds, 'PodTemplate'] as const)
        for (const [name, { metadata }] of stored.get(kind) ?? []) {
          const policy = metadata?.labels?.[label];
          if (stopped || policy === undefined || names.has(`${kind}/${name}`) || untouched().has(policy)) continue;
          if (kind === 'PodTemplate' ? mayBeBound(policy) : !options.isOwnBinding(name)) continue;
          written.delete(`${kind}/${name}`);
          await removeHolding(api, namespace, kind, name).catch(report);
        }
    }
    const now = [...policies].filter(([, all]) => hasRules() && all.every(isAsWanted)).map(([policy]) => policy);
    const before = inPlace;
    inPlace = writes ? new Set(now) : undefined;
    const isSame = inPlace?.size === before?.size && now.every((policy) => before?.has(policy));
    if (writes && !isSame) options.changed();
  }

  /** The names of the bindings of policies that the injector may not write. */
  function othersOf(kind: (typeof bindingKinds)[number]): string[] {
    const all = [...(stored.get(kind) ?? [])].filter(([, { metadata }]) => metadata?.labels?.[label] !== undefined);
    return all.map(([name]) => name).filter((name) => !options.isOwnBinding(name));
  }

  function hasRules(): boolean {
    return options.rules.every((name) => stored.get('ValidatingAdmissionPolicy')?.has(name));
  }

  function isBound(policy: string): boolean {
    const bindings = bindingKinds.flatMap((kind) => [...(stored.get(kind)?.values() ?? [])]);
    return bindings.some(({ metadata }) => metadata?.labels?.[label] === policy);
  }

  /** Whether an API server may still know a binding of a policy that goes. */
  function mayBeBound(policy: string): boolean {
    const now = performance.now();
    const since = isBound(policy) ? now : (unbound.get(policy) ?? now);
    unbound.set(policy, since);
    return now - since < unbinding;
  }

  function report(error: unknown): void {
    failed(messageOf(error));
  }

  const rounds = createRounds(async () => {
    await round().catch(report);
    return every;
  });
  const { look } = rounds;
  const keep = ({ metadata }: Resource): Resource => {
    const { name = '', resourceVersion = '', labels = {} } = metadata ?? {};
    return { metadata: { name, resourceVersion, labels } };
  };
  const followed = Object.entries(paths).map(([kind, path]) =>
    follow<Resource>(
      { kubeConfig, api, path, keep },
      {
        failed,
        unknown() {
          failed(`${path}: the API server does not know it`);
          // It has none of them then, and the others still hold policies.
          stored.set(kind, new Map());
          look();
        },
        changed(objects) {
          stored.set(kind, new Map(objects.map((object) => [object.metadata?.name ?? '', object])));
          look();
        },
      },
    ),
  );
  return {
    look,
    hasLooked: () => inPlace !== undefined,
    isInPlace: (policy) => inPlace?.has(policy) === true,
    isBound: (policy) => hasRules() && isBound(policy),
    stop() {
      stopped = true;
      rounds.stop();
      for (const { stop } of followed) stop();
    },
  };
}
