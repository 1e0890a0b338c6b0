// Which entries of the webhook concern a pod, as the API server decides it.
import type { Api } from '../../src/cluster/api.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';

export type Texts = Readonly<Record<string, string>>;

let pods = 0;

/** Tries pods: `created optional` is one that was created and that the entry `optional.sidecar.io` concerns. */
export function concerningEntries(api: Api, cluster: ControlPlane) {
  /** The words get the prefix `sidecar.io/`, other annotations are as they are. */
  return async (namespace: string, words: Texts, others: Texts = {}): Promise<string> => {
    const name = `pod-${pods++}`;
    const keys = Object.entries(words).map(([word, value]) => [`sidecar.io/${word}`, value] as const);
    const metadata = { name, annotations: { ...Object.fromEntries(keys), ...others } };
    const spec = { nodeName: 'node', containers: [{ name: 'app', image: 'app' }] }; // a mirror pod names its node
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const { status, body } = await api({
      method: 'POST',
      path,
      body: { apiVersion: 'v1', kind: 'Pod', metadata, spec },
    });
    const { message = '' } = body as { readonly message?: string }; // a pod or a Status
    const event = cluster.auditEvents().find(({ objectRef }) => objectRef?.name === name);
    const marks = Object.entries(event?.annotations ?? {}).filter(([key]) => key.includes('mutation.webhook.'));
    const called = [...marks.map(([, value]) => value), message].join().matchAll(/\b([a-z-]+)\.sidecar\.io/g);
    return [status === 201 ? 'created' : 'refused', ...new Set([...called].map(([, entry]) => entry))].join(' ');
  };
}
