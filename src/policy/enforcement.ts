import type { Catalog } from '../catalog/catalog.ts';
import type { JsonObject } from '../core/json.ts';
import type { Surroundings } from '../select/parameters.ts';
import { type FixedContainer, type FixedParts, fixedParts } from './fixed.ts';
import { allowedBeside, type Exemption, type Policy } from './policy.ts';
import { expressionsOf, type Requirement, type Selector } from './selector.ts';

/** How the rules of the chart are installed. */
export interface Installation {
  /** Of the chart's objects: its ValidatingAdmissionPolicies are called `<name>-policies` and so on. */
  readonly name: string;
  /** Of the injector: the parameters are there, and no pod of it is judged. */
  readonly namespace: string;
  readonly excludedNamespaces: readonly string[];
}

/** An object of the API server that holds a policy there. */
export interface EnforcementObject {
  readonly apiVersion: string;
  readonly kind: 'PodTemplate' | 'ValidatingAdmissionPolicyBinding';
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

/** Whether there is anything to hold inside the API server. */
export function isHeld({ action, require, forbid }: Policy): boolean {
  return action === 'Enforce' && (require.length > 0 || forbid.size > 0);
}

/** The names of the rules of the chart. */
export function ruleNames(installation: string): readonly string[] {
  return rules.map(({ suffix }) => `${installation}-${suffix}`);
}

/** The names of the bindings of a policy in this slot: what the chart lets the injector write. */
export function bindingNames(installation: string, slot: string): readonly string[] {
  return ruleNames(installation).map((rule) => `${rule}-${slot}`);
}

/**
 * What holds an enforced policy inside the API server: the parameters, which are a pod template with all that is fixed, and a
 * binding for each rule of the chart, named after a slot or, where people apply them, after the policy. The parameters come first: a binding without them refuses every pod.
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
  const names = bindingNames(name, slot);
  const bindings = rules.map(
    ({ suffix, byPod }, i): EnforcementObject => ({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: names[i] ?? '', labels },
      spec: {
        policyName: `${name}-${suffix}`,
        paramRef: { name: parameters, namespace, parameterNotFoundAction: 'Deny' },
        validationActions: ['Deny'],
        ...(suffix === 'policies-namespaces' ? {} : { matchResources: matchResources(policy, installation, byPod) }),
      },
    }),
  );
  return [parametersOf(policy, catalog, surroundings, { name: parameters, namespace, labels }), ...bindings];
}

/** The namespaces that no policy is for, whatever it selects. */
export function namespacesWithout({ namespace, excludedNamespaces }: Installation): ReadonlySet<string> {
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

function parametersOf(
  policy: Policy,
  catalog: Catalog,
  surroundings: Surroundings,
  metadata: { readonly name: string; readonly namespace: string; readonly labels: { readonly [key: string]: string } },
): EnforcementObject {
  const parts = policy.require.flatMap((required) => {
    const template = catalog.templates.find(({ name }) => name === required.sidecar);
    return (template && fixedParts(template, required, surroundings)) ?? [];
  });
  const containers = parts.flatMap((part) => part.containers);
  const inside = (init: boolean) => containers.filter((each) => each.init === init).map(withoutResources);
  const annotations = {
    ...Object.fromEntries(containers.flatMap(checksOf)),
    'sidecar.io/forbid': [...policy.forbid].join(' '),
    'sidecar.io/allow': allowedBeside(policy, catalog).join(' '),
    'sidecar.io/namespaces': selectorText(policy.namespaces),
    'sidecar.io/volumes': ` ${parts.flatMap(({ volumes }) => volumes.map(({ name }) => name)).join(' ')} `,
    ...Object.fromEntries(policy.exempt.map((each, i) => [`exempt.sidecar.io/${i}`, exemptionText(each)])),
  };
  return {
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: { ...metadata, annotations },
    template: {
      metadata: { annotations: filesOf(parts) },
      spec: {
        initContainers: inside(true),
        // A pod template needs a container that is no init container.
        containers: [{ name: 'app', image: 'app' }, ...inside(false)],
        volumes: [...volumesOf(parts)],
        ...(parts.some(({ sharesProcesses }) => sharesProcesses) ? { shareProcessNamespace: true } : {}),
      },
    },
  };
}

/** What the rules compare, as annotations: the sidecar of a container with the fields that are fixed, and its arguments. */
function checksOf({ sidecar, container, exact, open }: FixedContainer): [string, string][] {
  const name = String(container.name);
  const lists = Object.entries(open).map(([field, lines]): [string, string] => [
    `${field}.sidecar.io/${name}`,
    lines.join('\n'),
  ]);
  return [[`sidecar.sidecar.io/${name}`, sidecar], [`exact.sidecar.io/${name}`, ` ${exact.join(' ')} `], ...lists];
}

/** Resources are fitted into the pod, so they are not compared, and ports only inform. */
function withoutResources({ container }: FixedContainer): JsonObject {
  const { resources: _resources, ports: _ports, ...rest } = container;
  return rest;
}

function filesOf(parts: readonly FixedParts[]): { readonly [key: string]: string } {
  return Object.assign({}, ...parts.map(({ annotations }) => annotations));
}

/** Volumes that are compared, and a stand-in for each other volume that a container mounts: a pod template must be valid. */
function volumesOf(parts: readonly FixedParts[]): JsonObject[] {
  const fixed = parts.flatMap(({ volumes }) => volumes);
  const mounted = parts.flatMap(({ containers }) => containers.flatMap(({ container }) => mountsOf(container)));
  const others = [...new Set(mounted)].filter((name) => fixed.every((volume) => volume.name !== name));
  return [...fixed, ...others.map((name) => ({ name, emptyDir: { medium: 'Memory', sizeLimit: '1' } }))];
}

function mountsOf({ volumeMounts }: JsonObject): string[] {
  return Array.isArray(volumeMounts) ? volumeMounts.map((mount) => String((mount as JsonObject).name)) : [];
}

/** A selector as one line that the rules split: `team In shop,web;stage Exists `. */
function selectorText(selector: Selector): string {
  if (selector.length === 0) return '* Any ';
  return selector.map(({ key, operator, values }) => `${key} ${operator} ${values.join(',')}`).join(';');
}

function exemptionText({ pods, serviceAccounts }: Exemption): string {
  const accounts = serviceAccounts.length > 0 ? [`* Account ${serviceAccounts.join(',')}`] : [];
  return [selectorText(pods), ...accounts].join(';');
}
