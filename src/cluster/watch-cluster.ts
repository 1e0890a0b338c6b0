import type { KubeConfig, KubernetesObject } from '@kubernetes/client-node';
import type { Lookup } from '../core/lookup.ts';
import type { NamespaceObject, TemplateObject } from '../core/objects.ts';
import { type Api, failureOf } from './api.ts';
import { type Collection, createCollection } from './collection.ts';
import { follow } from './follow.ts';
import { createLookup } from './lookup.ts';

/** What the injector knows of its cluster. */
export interface ClusterView {
  readonly namespaces: readonly NamespaceObject[];
  /** Of the cluster and of namespaces, as they were written. */
  readonly templates: readonly TemplateObject[];
}

export interface ClusterListener {
  /** The first call comes when everything has been listed. */
  readonly changed: (view: ClusterView) => void;
  readonly failed: (message: string) => void;
}

export interface WatchedCluster {
  readonly lookUp: Lookup;
  readonly stop: () => void;
}

const templates = '/apis/sidecar.io/v1alpha1';
const paths = {
  namespaces: '/api/v1/namespaces',
  shared: `${templates}/clustersidecartemplates`,
  own: (namespace: string) => `${templates}/namespaces/${namespace}/sidecartemplates`,
};

/** Follows namespaces and templates until `stop`. */
export function watchCluster(kubeConfig: KubeConfig, api: Api, { changed, failed }: ClusterListener): WatchedCluster {
  const namespaces = createCollection<KubernetesObject>();
  const shared = createCollection<TemplateObject>();
  const own = createCollection<TemplateObject>();
  function report(): void {
    if (![namespaces, shared, own].every(({ listed }) => listed())) return;
    changed({ namespaces: namespaces.all().map(namespaceOf), templates: [...shared.all(), ...own.all()] });
  }
  function followInto<T extends KubernetesObject>(path: string, { watched }: Collection<T>) {
    const list = async () => {
      const answer = await api({ path });
      if (answer.status !== 200) throw new Error(failureOf(answer));
      return answer.body as { items: T[] }; // the list of that path
    };
    const listener = {
      failed,
      changed(objects: readonly T[]) {
        watched(objects);
        report();
      },
    };
    return follow<T>(kubeConfig, { path, list }, listener);
  }
  const followed = [
    followInto(paths.shared, shared),
    followInto(`${templates}/sidecartemplates`, own),
    followInto(paths.namespaces, namespaces),
  ];
  return {
    lookUp: createLookup({ api, paths, namespaces, shared, own, changed: report }),
    stop() {
      for (const { stop } of followed) stop();
    },
  };
}

/** The same object each time: a state is replaced when annotations are other ones. */
const none = {};

function namespaceOf({ metadata }: KubernetesObject): NamespaceObject {
  return { name: metadata?.name ?? '', annotations: metadata?.annotations ?? none, labels: metadata?.labels ?? none };
}
