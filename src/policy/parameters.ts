import { type Catalog, templateOf } from '../catalog/catalog.ts';
import type { JsonObject } from '../core/json.ts';
import type { Surroundings } from '../select/parameters.ts';
import { type FixedContainer, type FixedParts, fixedParts } from './fixed.ts';
import { allowedBeside, type Exemption, type Policy } from './policy.ts';
import type { Selector } from './selector.ts';

/** An object of the kind that the rules of the chart take as parameters. */
interface Parameters {
  readonly apiVersion: 'v1';
  readonly kind: 'PodTemplate';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: { readonly [key: string]: string };
    readonly annotations: { readonly [key: string]: string };
  };
  readonly template: object;
  readonly [field: string]: unknown;
}

/**
 * What the rules of the chart need to know of a policy: a pod template with all that is fixed, and the rest as
 * annotations.
 */
export function parametersOf(
  policy: Policy,
  catalog: Catalog,
  surroundings: Surroundings,
  metadata: { readonly name: string; readonly namespace: string; readonly labels: { readonly [key: string]: string } },
): Parameters {
  const parts = policy.require.flatMap((required) => {
    const template = templateOf(required.sidecar, catalog);
    return (template && fixedParts(template, required, surroundings)) ?? [];
  });
  const containers = parts.flatMap((part) => part.containers);
  const inside = (init: boolean) => containers.filter((each) => each.init === init).map(({ container }) => container);
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
        // A pod template needs a container besides its init containers.
        containers: [{ name: 'app', image: 'app' }, ...inside(false)],
        volumes: [...volumesOf(parts)],
        ...(parts.some(({ sharesProcesses }) => sharesProcesses) ? { shareProcessNamespace: true } : {}),
      },
    },
  };
}

/**
 * What the rules compare, as annotations: the sidecar of a container with the fields that are fixed, and its arguments.
 */
function checksOf({ sidecar, container, exact, open }: FixedContainer): [string, string][] {
  const name = String(container.name);
  const lists = Object.entries(open).map(([field, lines]): [string, string] => [
    `${field}.sidecar.io/${name}`,
    lines.join('\n'),
  ]);
  return [[`sidecar.sidecar.io/${name}`, sidecar], [`exact.sidecar.io/${name}`, ` ${exact.join(' ')} `], ...lists];
}

function filesOf(parts: readonly FixedParts[]): { readonly [key: string]: string } {
  return Object.assign({}, ...parts.map(({ annotations }) => annotations));
}

/**
 * Volumes that are compared, and a stand-in for each other volume that a container mounts: a pod template must be
 * valid.
 */
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
