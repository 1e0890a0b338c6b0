import { namespacesWithout } from '../policy/enforcement.ts';
import { expressionsOf } from '../policy/selector.ts';
import { type ObjectEntry, objectEntries } from './object-entries.ts';
import type { State } from './state.ts';
import { type FailurePolicy, notMirrorText, type WebhookEntry, webhookEntries } from './webhook-entries.ts';

/** How the injector is registered with the API server, as its operator sets it. */
export interface Registration {
  /** Of both configurations. */
  readonly name: string;
  /** Of the injector itself: its pods are never reviewed, or none could start where none runs. */
  readonly namespace: string;
  /** A Service in that namespace, or the address of a server. */
  readonly server: { readonly service: string } | { readonly url: string };
  readonly timeoutSeconds: number;
  readonly namespaceFailurePolicy: FailurePolicy;
  readonly excludedNamespaces: readonly string[];
}

/** An object of the API server that the injector writes. */
export interface WebhookConfiguration {
  readonly apiVersion: 'admissionregistration.k8s.io/v1';
  readonly kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';
  readonly metadata: { readonly name: string; readonly labels: { readonly [key: string]: string } };
  readonly webhooks: readonly object[];
}

/** The name of an entry in a configuration. */
export const fullName = (entry: string) => `${entry}.sidecar.io`;

/** Objects of the injector itself that are checked when they are written. */
const reviewedKinds = ['clustersidecartemplates', 'sidecartemplates', 'sidecarpolicies'];

/**
 * What the API server must hold, with every field that it would set by itself: so what it holds can be compared with
 * this. The same state gives the same text. `caBundle` is PEM text.
 */
export function webhookConfigurations(
  state: State,
  registration: Registration,
  caBundle: string,
): readonly WebhookConfiguration[] {
  const { name, namespaceFailurePolicy, timeoutSeconds } = registration;
  const all = {
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds,
    matchPolicy: 'Equivalent',
    objectSelector: {},
  };
  const called = (path: string) => clientConfig(registration, path, caBundle);
  const labels = { 'app.kubernetes.io/name': 'sidecar-injector', 'app.kubernetes.io/managed-by': 'sidecar-injector' };
  const object = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name, labels } } as const;
  const podEntry = ({ name, failurePolicy, labelled, condition, selectors }: WebhookEntry) => ({
    ...all,
    sideEffects: 'NoneOnDryRun', // Events
    name: fullName(name),
    failurePolicy,
    reinvocationPolicy: 'IfNeeded',
    // The path shows the injector whether the annotations of the namespace count: if so, it reads them for each pod.
    clientConfig: called(labelled ? '/mutate' : '/mutate/unlabelled'),
    rules: [rule('', 'v1', ['pods'], ['CREATE'], 'Namespaced')],
    namespaceSelector: {
      matchExpressions: [
        notExcluded(registration),
        isLabelled(labelled),
        ...expressionsOf(selectors?.namespaces ?? []),
      ],
    },
    objectSelector: selectors && selectors.pods.length > 0 ? { matchExpressions: expressionsOf(selectors.pods) } : {},
    matchConditions: [
      { name: 'not-a-mirror-pod', expression: notMirrorText },
      { name: 'asks', expression: condition },
    ],
  });
  const objectEntry = ({ name, failurePolicy, resources, scope, conditions }: ObjectEntry) => ({
    ...all,
    name: fullName(name),
    failurePolicy,
    reinvocationPolicy: 'IfNeeded',
    clientConfig: called('/mutate/objects'),
    rules: [...resources].map(([group, plurals]) => rule(group, '*', plurals, ['CREATE', 'UPDATE'], scope)),
    namespaceSelector: { matchExpressions: [notExcluded(registration)] },
    matchConditions: Object.entries(conditions).map(([name, expression]) => ({ name, expression })),
  });
  const templates = {
    ...all,
    name: 'templates.sidecar.io',
    failurePolicy: 'Fail',
    clientConfig: called('/validate'),
    rules: [rule('sidecar.io', 'v1alpha1', reviewedKinds, ['CREATE', 'UPDATE'], '*')],
    namespaceSelector: {},
  };
  // Not Fail: without the injector, a namespace that holds templates could not be deleted.
  const deletions = {
    ...templates,
    name: 'deletions.sidecar.io',
    failurePolicy: 'Ignore',
    clientConfig: called('/validate/deletion'),
    rules: [rule('sidecar.io', 'v1alpha1', ['clustersidecartemplates', 'sidecartemplates'], ['DELETE'], '*')],
  };
  const entries = webhookEntries(state, namespaceFailurePolicy);
  return [
    {
      ...object,
      kind: 'MutatingWebhookConfiguration',
      webhooks: [...entries.map(podEntry), ...objectEntries(state.workloads).map(objectEntry)],
    },
    { ...object, kind: 'ValidatingWebhookConfiguration', webhooks: [templates, deletions] },
  ];
}

function clientConfig({ server, namespace }: Registration, path: string, caBundle: string): object {
  const trusted = { caBundle: Buffer.from(caBundle).toString('base64') };
  if ('url' in server) return { ...trusted, url: `${server.url}${path}` };
  return { ...trusted, service: { name: server.service, namespace, path, port: 443 } };
}

function rule(
  group: string,
  version: string,
  resources: readonly string[],
  operations: string[],
  scope: string,
): object {
  return { apiGroups: [group], apiVersions: [version], resources, operations, scope };
}

function notExcluded(registration: Registration): object {
  const values = [...namespacesWithout(registration)].sort();
  return { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values };
}

function isLabelled(labelled: boolean): object {
  return { key: 'sidecar.io/inject', operator: labelled ? 'In' : 'NotIn', values: ['enabled'] };
}
