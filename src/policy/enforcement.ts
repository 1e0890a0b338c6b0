import type { Catalog } from '../catalog/catalog.ts';
import type { Surroundings } from '../select/parameters.ts';
import { obstacleOf } from './injectable.ts';
import { parametersOf } from './parameters.ts';
import type { Policy } from './policy.ts';
import { expressionsOf, type Requirement } from './selector.ts';

/** How the rules of the chart are installed. */
export interface Installation {
  /** Of the chart's objects: its ValidatingAdmissionPolicies are called `<name>-policies` and so on. */
  readonly name: string;
  /** Of the injector: the parameters are there, and no pod of it is judged. */
  readonly namespace: string;
  readonly excludedNamespaces: readonly string[];
  /** Whether the chart has a MutatingAdmissionPolicy for required sidecars. */
  readonly injects: boolean;
}

/** An object of the API server that holds a policy there. */
export interface EnforcementObject {
  readonly apiVersion: string;
  readonly kind: 'PodTemplate' | 'ValidatingAdmissionPolicyBinding' | 'MutatingAdmissionPolicyBinding';
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: { readonly [key: string]: string };
    readonly annotations?: { readonly [key: string]: string };
  };
  readonly [field: string]: unknown;
}

export const policyLabel = 'sidecar.io/policy';

/** The rules of the chart that each enforced policy is bound to, and whether the labels of the object decide too. */
const rules = [
  { suffix: 'policies', byPod: true },
  { suffix: 'policies-access', byPod: false },
  { suffix: 'policies-namespaces', byPod: false },
] as const;

/** The rule of the chart that injects required sidecars. */
const injecting = 'policies-inject';

/** Whether there is anything to hold inside the API server. */
export function isHeld({ action, require, forbid }: Policy): boolean {
  return action === 'Enforce' && (require.length > 0 || forbid.size > 0);
}

/** The names of the rules of the chart that refuse. */
export function ruleNames(installation: string): readonly string[] {
  return rules.map(({ suffix }) => `${installation}-${suffix}`);
}

/** The names of the bindings of a policy in this slot: what the chart lets the injector write. */
export function bindingNames(installation: string, slot: string): readonly string[] {
  return [...ruleNames(installation), `${installation}-${injecting}`].map((rule) => `${rule}-${slot}`);
}

/**
 * What holds an enforced policy inside the API server: the parameters, which are a pod template with all that is fixed,
 * and a binding for each rule of the chart, named after a slot or, where people apply them, after the policy. The
 * parameters come first: a binding without them refuses every pod.
 */
export function enforcementOf(
  policy: Policy,
  catalog: Catalog,
  surroundings: Surroundings,
  installation: Installation,
  slot = policy.name,
): readonly EnforcementObject[] {
  if (!isHeld(policy)) return [];
  const { name, namespace } = installation;
  const labels = { 'app.kubernetes.io/managed-by': 'sidecar-injector', [policyLabel]: policy.name };
  const parameters = `${name}-${policy.name}`;
  const bindings = rules.map(
    ({ suffix, byPod }): EnforcementObject => ({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: `${name}-${suffix}-${slot}`, labels },
      spec: {
        policyName: `${name}-${suffix}`,
        paramRef: { name: parameters, namespace, parameterNotFoundAction: 'Deny' },
        validationActions: ['Deny'],
        ...(suffix === 'policies-namespaces' ? {} : { matchResources: matchResources(policy, installation, byPod) }),
      },
    }),
  );
  const injects =
    installation.injects && policy.require.length > 0 && obstacleOf(policy, catalog, surroundings) === undefined;
  const injection: EnforcementObject = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicyBinding',
    metadata: { name: `${name}-${injecting}-${slot}`, labels },
    spec: {
      policyName: `${name}-${injecting}`,
      // What it does not inject is refused by the rules.
      paramRef: { name: parameters, namespace, parameterNotFoundAction: 'Allow' },
      matchResources: matchResources(policy, installation, true),
    },
  };
  return [
    parametersOf(policy, catalog, surroundings, { name: parameters, namespace, labels }),
    ...bindings,
    ...(injects ? [injection] : []),
  ];
}

/**
 * The namespaces without sidecars and policies: those of the control plane and of the heartbeats of nodes, because a
 * cluster must come up without the injector, its own, and those that its operator excludes.
 */
export function namespacesWithout({
  namespace,
  excludedNamespaces,
}: Pick<Installation, 'namespace' | 'excludedNamespaces'>): ReadonlySet<string> {
  return new Set(['kube-system', 'kube-node-lease', ...excludedNamespaces, namespace]);
}

/** Every field that the API server would set by itself is there, so that what it holds can be compared with this. */
function matchResources({ namespaces, pods }: Policy, installation: Installation, byPod: boolean) {
  const values = [...namespacesWithout(installation)].sort();
  const own: Requirement = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values };
  return {
    matchPolicy: 'Equivalent',
    namespaceSelector: { matchExpressions: expressionsOf([...namespaces, own]) },
    objectSelector: byPod && pods.length > 0 ? { matchExpressions: expressionsOf(pods) } : {},
  };
}
