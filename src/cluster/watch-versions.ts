import type { KubeConfig } from '@kubernetes/client-node';
import { messageOf } from '../core/message-of.ts';
import type { ClusterVersions, NodeObject } from '../core/objects.ts';
import { type Api, failureOf } from './api.ts';
import { follow } from './follow.ts';
import type { Resource } from './resource.ts';

export interface VersionsListener {
  /**
   * The first call comes when both versions are known, or why they are not; the next ones when one may have changed.
   */
  readonly changed: (versions: ClusterVersions) => void;
  readonly failed: (message: string) => void;
  /** Something was asked for, came or failed: about `Node`, or `Version`, that of the API server. */
  readonly observed?: (kind: string, what: 'list' | 'watch' | 'event' | 'failure') => void;
}

export interface VersionsOptions {
  readonly kubeConfig: KubeConfig;
  readonly api: Api;
  /** Whether the nodes matter. */
  readonly nodes: boolean;
  /** Milliseconds between two questions for the version of the API server. */
  readonly every?: number;
}

/** A node as the API server has it, and as it is kept: the images on a node take most of an object. */
interface Node extends Resource {
  readonly status?: { readonly nodeInfo?: { readonly kubeletVersion?: string; readonly operatingSystem?: string } };
}

/** Milliseconds in which changes of nodes are collected: each writes its own status all the time. */
const together = 1000;

/** Follows the versions of the API server and of the nodes until `stop`. */
export function watchVersions(
  { kubeConfig, api, nodes: followed, every = 60_000 }: VersionsOptions,
  { changed, failed, observed }: VersionsListener,
): { readonly stop: () => void } {
  let apiServer: string | undefined;
  let nodes: ClusterVersions['nodes'] | undefined = followed ? undefined : [];
  const report = () => {
    if (apiServer !== undefined && nodes !== undefined) changed({ apiServer, nodes });
  };

  async function ask(): Promise<void> {
    try {
      const answer = await api({ path: '/version' });
      if (answer.status !== 200) throw new Error(failureOf(answer));
      apiServer = (answer.body as { readonly gitVersion: string }).gitVersion; // the answer of that path
      observed?.('Version', 'list');
    } catch (error) {
      observed?.('Version', 'failure');
      failed(`/version: ${messageOf(error)}`);
      apiServer ??= '';
    }
    report();
  }
  void ask();
  const timer = setInterval(ask, every).unref();

  const path = '/api/v1/nodes';
  const following =
    followed &&
    follow<Node>(
      { kubeConfig, api, path, keep: versionOf, together },
      {
        unknown: () => {}, // every API server has nodes
        observed: (what) => observed?.('Node', what),
        changed(objects) {
          nodes = objects.map(nodeOf);
          report();
        },
        failed(message) {
          observed?.('Node', 'failure');
          failed(message);
          if (nodes !== undefined && !('unknown' in nodes)) return; // what was last known stays in use
          nodes = { unknown: message };
          report();
        },
      },
    );
  return {
    stop() {
      clearInterval(timer);
      if (following) following.stop();
    },
  };
}

function versionOf({ metadata, status }: Node): Node {
  const { name = '', labels: { type = '' } = {} } = metadata ?? {};
  const { kubeletVersion = '', operatingSystem = '' } = status?.nodeInfo ?? {};
  return { metadata: { name, labels: { type } }, status: { nodeInfo: { kubeletVersion, operatingSystem } } };
}

function nodeOf({ metadata, status }: Node): NodeObject {
  const { kubeletVersion = '', operatingSystem = '' } = status?.nodeInfo ?? {};
  return {
    name: metadata?.name ?? '',
    version: kubeletVersion,
    os: operatingSystem,
    type: metadata?.labels?.type ?? '',
  };
}
