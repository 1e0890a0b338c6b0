import type { ClusterVersions, NodeObject } from '../core/objects.ts';
import type { ClusterFacts } from './state.ts';

/** What `--native` can be. */
export type NativeSetting = 'auto' | 'true' | 'false';

/** Whether sidecars are native in this cluster, and why. */
export interface NativeDecision extends Pick<ClusterFacts, 'version' | 'nativeSidecars'> {
  /** A sentence that stays the same as long as it is true: it is part of the status of each template. */
  readonly reason: string;
}

/** The first minor version of Kubernetes 1 in which restartable init containers are on by default. Source: KEP-753. */
const firstMinor = 29;

/**
 * Decides from the setting, or with `auto` from the versions of the API server and of all nodes. One older node is
 * enough for the classic form: there a native sidecar would be an init container that never ends, and its pod would not
 * start.
 */
export function decideNative(setting: NativeSetting, versions: ClusterVersions): NativeDecision {
  const version = numbersOf(versions.apiServer)?.join('.') ?? '';
  const classic = setting === 'auto' ? classicReason(versions) : undefined;
  if (setting !== 'auto') return { version, nativeSidecars: setting === 'true', reason: `--native is ${setting}.` };
  const reason = classic ?? `The API server and all nodes run Kubernetes 1.${firstMinor} or later.`;
  return { version, nativeSidecars: classic === undefined, reason };
}

/** Why the sidecars cannot be native. */
function classicReason({ apiServer, nodes }: ClusterVersions): string | undefined {
  if ('unknown' in nodes)
    return `The versions of the nodes are not known: ${nodes.unknown}. Allow the injector to list and watch nodes, or set --native to true or false.`;
  const api = numbersOf(apiServer);
  if (api && isOlder(api))
    return `The API server runs Kubernetes ${api.join('.')}; native sidecars need 1.${firstMinor}.`;
  const counting = nodes.filter(counts);
  if (!api && counting.length === 0) return 'The version of the API server is not known, and there are no nodes.';
  const [node] = counting
    .map((node) => ({ ...node, numbers: numbersOf(node.version) }))
    .filter(({ numbers }) => !numbers || isOlder(numbers))
    .sort((a, b) => minorOf(a.numbers) - minorOf(b.numbers) || (a.name < b.name ? -1 : 1));
  if (!node) return undefined;
  const runs = node.numbers ? `runs Kubernetes ${node.numbers.join('.')}` : `has the unknown version "${node.version}"`;
  return `The node ${node.name} ${runs}; native sidecars need 1.${firstMinor} on all nodes.`;
}

/**
 * Windows nodes run no sidecars. Virtual kubelets report versions of their own (`v1.19.10-vk-azure-aci-1.6.2`), and
 * only pods that tolerate their taint run there. A node without a version runs nothing yet. Nodes that are not ready or
 * cordoned count: they can come back.
 */
function counts({ version, os, type }: NodeObject): boolean {
  return version !== '' && os !== 'windows' && type !== 'virtual-kubelet';
}

type Numbers = readonly [major: number, minor: number, patch: number];

/** `v1.29.3-eks-ae9a62a` is 1.29.3. */
function numbersOf(version: string): Numbers | undefined {
  const [, major, minor, patch = 0] = /^v(\d+)\.(\d+)(?:\.(\d+))?(?:[-+.]|$)/.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

function isOlder([major, minor]: Numbers): boolean {
  return major < 1 || (major === 1 && minor < firstMinor);
}

/** Unknown versions come first. */
function minorOf(numbers: Numbers | undefined): number {
  return numbers?.[1] ?? -1;
}
