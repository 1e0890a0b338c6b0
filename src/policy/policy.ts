import type { Catalog } from '../catalog/catalog.ts';
import type { Pod } from '../core/objects.ts';
import type { PolicySpec } from './schema.ts';
import { type Labels, type Selector, selects } from './selector.ts';

/** A sidecar that each pod of a policy has. */
export interface RequiredSidecar {
  readonly sidecar: string;
  /** By the name of the parameter. */
  readonly settings: { readonly [parameter: string]: string };
  /** The parameters that nobody can change. */
  readonly locked: ReadonlySet<string>;
  /** True when nobody can set any other parameter either. */
  readonly locksAll: boolean;
}

/** Pods that a policy is not for. */
export interface Exemption {
  readonly pods: Selector;
  /** Of any of these; every one when empty. */
  readonly serviceAccounts: readonly string[];
  /** Milliseconds since 1970; undefined when it does not end. */
  readonly ends: number | undefined;
}

/** A SidecarPolicy, compiled. Keys of settings are those of annotations: `sidecar.io/topz-port`. */
export interface Policy {
  readonly name: string;
  /** Changes when anything in the policy changes. */
  readonly revision: string;
  readonly action: PolicySpec['action'];
  readonly namespaces: Selector;
  readonly pods: Selector;
  readonly require: readonly RequiredSidecar[];
  /** What no pod can change: the switches of required sidecars, and their locked settings. */
  readonly lock: { readonly [key: string]: string };
  /** What applies where no annotation says otherwise. */
  readonly defaults: { readonly [key: string]: string };
  readonly forbid: ReadonlySet<string>;
  readonly exempt: readonly Exemption[];
  /**
   * Of an enforced policy that is not valid any more: the required sidecars that cannot be made, which the API server
   * still asks for. The rest of the policy counts as before.
   */
  readonly broken?: readonly { readonly sidecar: string; readonly why: string }[];
  /** As its author wrote it. */
  readonly spec: PolicySpec;
}

/** What nobody can change about a required sidecar: another image would be another program. */
export const alwaysLocked: ReadonlySet<string> = new Set(['image', 'native']);

/** A required sidecar as its author wrote it. */
export function requiredOf({ sidecar, settings, lock: names }: PolicySpec['require'][number]): RequiredSidecar {
  const locksAll = names.includes('*');
  const own = Object.keys(settings);
  const locked = new Set(locksAll ? own : [...names, ...own.filter((name) => alwaysLocked.has(name))]);
  return { sidecar, settings, locked, locksAll };
}

/** Whether nobody but the policy decides about the parameter. */
export function isClosed({ locked, locksAll }: RequiredSidecar, parameter: string): boolean {
  return locksAll || locked.has(parameter) || alwaysLocked.has(parameter);
}

/**
 * The sidecars that may be there although their containers are called as those of a forbidden one: `git-mirror` beside
 * `git`.
 */
export function allowedBeside({ forbid }: Policy, { templates }: Catalog): readonly string[] {
  return templates
    .map(({ name }) => name)
    .filter((name) => !forbid.has(name) && [...forbid].some((each) => name.startsWith(`${each}-`)));
}

const noLabels: Labels = {};

/** Of the policies of a pod's namespace, those that are for the pod. */
export function policiesFor(policies: readonly Policy[], pod: Pod): readonly Policy[] {
  const labels = pod.metadata?.labels ?? noLabels;
  return policies.filter((policy) => selects(policy.pods, labels) && !isExempt(policy, pod));
}

/** Whether an exemption of the policy is for the pod. */
export function isExempt({ exempt }: Policy, { metadata, spec }: Pod): boolean {
  // The API server copies the old field into the new one, where that is empty.
  const account = spec.serviceAccountName || spec.serviceAccount || 'default';
  return exempt.some(
    ({ pods, serviceAccounts }) =>
      selects(pods, metadata?.labels ?? noLabels) &&
      (serviceAccounts.length === 0 || serviceAccounts.includes(String(account))),
  );
}

/** The policy without exemptions that have ended; the same object where none has. `now`: milliseconds since 1970. */
export function inForceAt(policy: Policy, now: number): Policy {
  const exempt = policy.exempt.filter(({ ends }) => ends === undefined || ends > now);
  if (exempt.length === policy.exempt.length) return policy;
  return { ...policy, revision: `${policy.revision}-${exempt.length}`, exempt };
}

/** When the next exemption ends; undefined when none does. */
export function nextEnd(policies: readonly Policy[], now: number): number | undefined {
  const ends = policies.flatMap(({ exempt }) =>
    exempt.flatMap(({ ends }) => (ends !== undefined && ends > now ? [ends] : [])),
  );
  return ends.length === 0 ? undefined : Math.min(...ends);
}
