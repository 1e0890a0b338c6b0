import type { KubeConfig } from '@kubernetes/client-node';
import type { Lookup } from '../core/lookup.ts';
import type { NamespaceObject, TemplateObject } from '../core/objects.ts';
import type { Api } from './api.ts';
import { type Collection, createCollection } from './collection.ts';
import { follow } from './follow.ts';
import { createLookup } from './lookup.ts';
import type { Resource } from './resource.ts';

/** What the injector knows of its cluster. */
export interface ClusterView {
  readonly namespaces: readonly NamespaceObject[];
  /** Of the cluster and of namespaces, as they were written. */
  readonly templates: readonly TemplateObject[];
  readonly policies: readonly TemplateObject[];
}

export interface ClusterListener {
  /** The first call comes when everything has been listed. */
  readonly changed: (view: ClusterView) => void;
  readonly failed: (message: string) => void;
  /** The API server does not know this kind: its CustomResourceDefinition is not installed. */
  readonly unknown: (kind: string) => void;
  readonly observed: (kind: string, what: 'list' | 'watch' | 'event' | 'failure') => void;
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

/** Follows namespaces, templates and policies until `stop`. */
export function watchCluster(kubeConfig: KubeConfig, api: Api, listener: ClusterListener): WatchedCluster {
  const { changed, failed, observed } = listener;
  const namespaces = createCollection<Resource>();
  const shared = createCollection<TemplateObject>();
  const own = createCollection<TemplateObject>();
  const policies = createCollection<TemplateObject>();
  function report(): void {
    if (![namespaces, shared, own, policies].every(({ listed }) => listed())) return;
    changed({
      namespaces: namespaces.all().map(namespaceOf),
      templates: [...shared.all(), ...own.all()],
      policies: policies.all(),
    });
  }
  function followInto<T extends Resource>(
    kind: string,
    path: string,
    { watched }: Collection<T>,
    keep: (object: T) => T,
  ) {
    return follow<T>(
      { kubeConfig, api, path, keep },
      {
        failed(message) {
          observed(kind, 'failure');
          failed(message);
        },
        unknown: () => listener.unknown(kind),
        observed: (what) => observed(kind, what),
        changed(objects) {
          watched(objects);
          report();
        },
      },
    );
  }
  const followed = [
    followInto('ClusterSidecarTemplate', paths.shared, shared, withoutManagers),
    followInto('SidecarTemplate', `${templates}/sidecartemplates`, own, withoutManagers),
    followInto('SidecarPolicy', `${templates}/sidecarpolicies`, policies, withoutManagers),
    followInto('Namespace', paths.namespaces, namespaces, metadataOf),
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

function namespaceOf({ metadata }: Resource): NamespaceObject {
  return { name: metadata?.name ?? '', annotations: metadata?.annotations ?? none, labels: metadata?.labels ?? none };
}

/** A cluster can have thousands of namespaces: only what counts of each is kept. */
function metadataOf({ metadata }: Resource): Resource {
  const { name = '', resourceVersion = '', annotations = none, labels = none } = metadata ?? {};
  return { metadata: { name, resourceVersion, annotations, labels } };
}

/** Who wrote which field can take more memory than the fields. */
function withoutManagers<T extends Resource>(object: T): T {
  return { ...object, metadata: { ...object.metadata, managedFields: undefined } };
}
