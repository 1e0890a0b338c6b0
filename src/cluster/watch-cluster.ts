import { CoreV1Api, CustomObjectsApi, type KubeConfig, type KubernetesListObject } from '@kubernetes/client-node';
import type { NamespaceObject, TemplateObject } from '../core/objects.ts';
import { follow } from './follow.ts';

/** What the injector knows of its cluster. */
export interface ClusterView {
  readonly namespaces: readonly NamespaceObject[];
  /** Of the cluster and of namespaces, as they were written. */
  readonly templates: readonly TemplateObject[];
}

export interface ClusterListener {
  /** The first call comes when everything has been listed. */
  readonly changed: (view: ClusterView) => void;
  readonly trouble: (message: string) => void;
}

const group = 'sidecar.io';
const version = 'v1alpha1';

/** Follows namespaces and templates until `stop`. */
export function watchCluster(
  kubeConfig: KubeConfig,
  { changed, trouble }: ClusterListener,
): { readonly stop: () => void } {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  const known: {
    namespaces?: readonly NamespaceObject[];
    shared?: readonly TemplateObject[];
    own?: readonly TemplateObject[];
  } = {};
  const tell = () => {
    const { namespaces, shared, own } = known;
    if (namespaces && shared && own) changed({ namespaces, templates: [...shared, ...own] });
  };
  const templates = (plural: string, field: 'shared' | 'own') =>
    follow<TemplateObject>(
      kubeConfig,
      {
        path: `/apis/${group}/${version}/${plural}`,
        // The list of a custom resource has no type of its own; the schema of the API server gives it this shape.
        list: () =>
          custom.listClusterCustomObject({ group, version, plural }) as Promise<KubernetesListObject<TemplateObject>>,
      },
      {
        trouble,
        changed(objects) {
          known[field] = objects;
          tell();
        },
      },
    );
  const followed = [
    templates('clustersidecartemplates', 'shared'),
    templates('sidecartemplates', 'own'),
    follow(
      kubeConfig,
      { path: '/api/v1/namespaces', list: () => core.listNamespace() },
      {
        trouble,
        changed(objects) {
          known.namespaces = objects.map(({ metadata }) => ({
            name: metadata?.name ?? '',
            annotations: metadata?.annotations ?? {},
            labels: metadata?.labels ?? {},
          }));
          tell();
        },
      },
    ),
  ];
  return {
    stop() {
      for (const { stop } of followed) stop();
    },
  };
}
