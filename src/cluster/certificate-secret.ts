import type { KubeConfig } from '@kubernetes/client-node';
import type { MaterialStore, Stored } from '../certificates/keeper.ts';
import type { ObjectReference } from '../core/event.ts';
import { type Api, failureOf, mergePatch } from './api.ts';
import { follow } from './follow.ts';
import type { Resource } from './resource.ts';

/** A `v1` Secret, as far as it matters here. */
interface Secret {
  readonly metadata?: {
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

export interface SecretOptions {
  readonly kubeConfig: KubeConfig;
  readonly api: Api;
  readonly namespace: string;
  readonly name: string;
  /** Whose deletion deletes the Secret; asked before each write. */
  readonly owner: () => Promise<ObjectReference | undefined>;
  /** The watch has failed; it is tried again without end. */
  readonly failed: (message: string) => void;
}

/** Asks for something by hand: `kubectl annotate secret … sidecar.io/certificates=rotate`. */
const wishAnnotation = 'sidecar.io/certificates';
const timeout = 5000;

/** A Secret of type `kubernetes.io/tls` that all replicas share; `resourceVersion` decides who has written first. */
export function secretStore({ kubeConfig, api, namespace, name, owner, failed }: SecretOptions): MaterialStore {
  const folder = `/api/v1/namespaces/${namespace}/secrets`;
  const path = `${folder}/${name}`;
  async function metadata(): Promise<object> {
    const reference = await owner();
    return { name, labels, ...(reference ? { ownerReferences: [reference] } : {}) };
  }
  /** The wish is taken back with the write that grants it, and only of the version that was read. */
  const granted = async (resourceVersion: string) => ({
    ...(await metadata()),
    ...{ resourceVersion, annotations: { [wishAnnotation]: null } },
  });
  return {
    async read() {
      const answer = await api({ path, timeout });
      if (answer.status !== 200 && answer.status !== 404) throw new Error(`${namespace}/${name}: ${failureOf(answer)}`);
      return storedOf(answer.status === 200 ? (answer.body as Secret) : {}); // 200 comes with the Secret
    },
    async write({ authorities, authorityKey, pair }, version) {
      const data = {
        ...{ 'ca.crt': base64(authorities), 'ca.key': base64(authorityKey) },
        ...{ 'tls.crt': base64(pair.cert), 'tls.key': base64(pair.key) },
      };
      const answer = await api(
        version === undefined
          ? { method: 'POST', path: folder, body: { ...created, metadata: await metadata(), data }, timeout }
          : {
              method: 'PATCH',
              path,
              contentType: mergePatch,
              body: { metadata: await granted(version), data },
              timeout,
            },
      );
      const deleted = version !== undefined && answer.status === 404;
      if (answer.status === 409 || deleted) return false;
      if (answer.status >= 300) throw new Error(`${namespace}/${name}: ${failureOf(answer)}`);
      return true;
    },
    follow: (changed) =>
      follow({ kubeConfig, api, path: folder, name, keep: nothing }, { changed, failed, unknown: () => undefined })
        .stop,
  };
}

/** A change is all that matters of the Secret here: it is read again then. */
const nothing = ({ metadata }: Resource): Resource => ({ metadata: { name: metadata?.name ?? '' } });
const created = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' };
const labels = {
  'app.kubernetes.io/name': 'sidecar-injector',
  'app.kubernetes.io/managed-by': 'sidecar-injector',
};

function storedOf({ metadata, data = {} }: Secret): Stored {
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  const wish = metadata?.annotations?.[wishAnnotation];
  return {
    material: {
      ...{ authorities: text('ca.crt'), authorityKey: text('ca.key') },
      pair: { cert: text('tls.crt'), key: text('tls.key') },
    },
    version: metadata?.resourceVersion,
    wish: wish === 'rotate' || wish === 'drop-old' ? wish : undefined,
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
