import { logLevels } from '../core/log.ts';
import { duration, type Kind, list, matching, oneOf, path, port, text } from '../flags/kinds.ts';
import type { Flag } from '../flags/read-flags.ts';
import { certificateFlags } from './certificate-settings.ts';
import { policyFlags } from './policy-flags.ts';

/** The API server counts whole seconds, and up to 30 of them. */
const webhookTimeout: Kind<number> = {
  word: 'DURATION',
  expected: 'whole seconds from 1s to 30s',
  read: (text) => {
    const milliseconds = duration.read(text) ?? 0;
    return milliseconds % 1000 === 0 && milliseconds >= 1000 && milliseconds <= 30_000 ? milliseconds : undefined;
  },
};

/** Everything that can be set, in the order of the documentation. */
export const serverFlags = [
  { name: 'port', env: 'SIDECAR_PORT', kind: port, default: '9443', help: 'Port of the HTTPS server.' },
  {
    name: 'host',
    env: 'SIDECAR_HOST',
    kind: text,
    default: '',
    help: 'Address to listen on; all addresses when empty.',
  },
  ...certificateFlags,
  {
    name: 'client-ca',
    env: 'SIDECAR_CLIENT_CA',
    kind: path,
    default: '',
    help: "PEM file with the CA of the API server's client certificate. When set, reviews of other clients are not answered.",
  },
  {
    name: 'log-level',
    env: 'SIDECAR_LOG_LEVEL',
    kind: oneOf(logLevels),
    default: 'info',
    help: 'Lowest level that is logged.',
  },
  {
    name: 'catalog',
    env: 'SIDECAR_CATALOG',
    kind: list,
    default: '',
    help: 'Folders with more sidecar templates.',
  },
  {
    name: 'cluster',
    env: 'SIDECAR_CLUSTER',
    kind: path,
    default: '',
    help: 'Cluster to read namespaces and templates from: in-cluster, or the path of a kubeconfig. No cluster when empty.',
  },
  {
    name: 'lease',
    env: 'SIDECAR_LEASE',
    kind: matching('NAMESPACE/NAME', 'the namespace and the name of a Lease', /^$|^[a-z0-9-]+\/[a-z0-9.-]+$/),
    default: '',
    help: 'Lease of the replicas. Its holder writes the webhook configurations, the bindings of policies, and the status of templates and policies. If empty, every replica writes them.',
  },
  {
    name: 'events',
    env: 'SIDECAR_EVENTS',
    kind: oneOf(['true', 'false']),
    default: 'true',
    help: 'Whether to write Events about pods that are refused or have warnings, on their Deployment or other owner. Needs a cluster.',
  },
  {
    name: 'registration',
    env: 'SIDECAR_REGISTRATION',
    kind: matching('NAMESPACE/NAME', 'the namespace and the name of a Service', /^$|^[a-z0-9-]+\/[a-z0-9-]+$/),
    default: '',
    help: 'Service of the injector. When set, the injector writes the webhook configurations, which have the same name, and keeps them. Requires --cluster.',
  },
  {
    name: 'registration-url',
    env: 'SIDECAR_REGISTRATION_URL',
    kind: matching('URL', 'an https URL without a path', /^$|^https:\/\/[^/?#]+$/),
    default: '',
    help: 'Where the API server finds an injector outside of the cluster, instead of the Service.',
  },
  {
    name: 'registration-owner',
    env: 'SIDECAR_REGISTRATION_OWNER',
    kind: text,
    default: '',
    help: 'ClusterRole that owns the webhook configurations: when it is deleted, so are they. Nobody owns them when empty.',
  },
  ...policyFlags,
  {
    name: 'webhook-timeout',
    env: 'SIDECAR_WEBHOOK_TIMEOUT',
    kind: webhookTimeout,
    default: '5s',
    help: 'How long the API server waits for an answer: whole seconds from 1s to 30s.',
  },
  {
    name: 'namespace-failure-policy',
    env: 'SIDECAR_NAMESPACE_FAILURE_POLICY',
    kind: oneOf(['Fail', 'Ignore']),
    default: 'Fail',
    help: 'What becomes of other pods in labeled namespaces while no injector answers: Fail refuses them, Ignore creates them without sidecars.',
  },
  {
    name: 'excluded-namespaces',
    env: 'SIDECAR_EXCLUDED_NAMESPACES',
    kind: list,
    default: '',
    help: 'Namespaces whose pods cause no call, besides kube-system, kube-node-lease and the namespace of the injector.',
  },
  {
    name: 'workloads',
    env: 'SIDECAR_WORKLOADS',
    kind: list,
    default: '',
    help: 'Further kinds with pod templates, such as Widget.example.com=spec.template. A plural that is not the kind with an s follows a slash: Index.example.com/indices=spec.template.',
  },
  {
    name: 'debug',
    env: 'SIDECAR_DEBUG',
    kind: oneOf(['true', 'false']),
    default: 'false',
    help: 'Whether /debug/state shows what the server knows: its templates, its certificate, what waits. For support.',
  },
  {
    name: 'template-users',
    env: 'SIDECAR_TEMPLATE_USERS',
    kind: oneOf(['true', 'false']),
    default: 'false',
    help: 'Whether pods are listed when a template is deleted, for a warning about those that have its sidecar. Needs a cluster.',
  },
  {
    name: 'required-sidecars',
    env: 'SIDECAR_REQUIRED_SIDECARS',
    kind: list,
    default: '',
    help: 'Sidecars without which the API server does not create a pod while the injector is down, as set by the chart. Templates with a different failurePolicy say so in their status. Unknown when empty.',
  },
  {
    name: 'native',
    env: 'SIDECAR_NATIVE',
    kind: oneOf(['auto', 'true', 'false']),
    default: 'auto',
    help: 'Whether sidecars are native. With auto, they are when the API server and all nodes of the cluster run Kubernetes 1.29 or later.',
  },
  {
    name: 'users',
    env: 'SIDECAR_USERS',
    kind: oneOf(['template', 'cluster']),
    default: 'template',
    help: 'Who chooses the user and the group of a sidecar: its template, or the cluster, as OpenShift does for each namespace.',
  },
  {
    name: 'image',
    env: 'SIDECAR_IMAGE',
    kind: text,
    default: '',
    help: 'Image of the injector, which some built-in sidecars run. When empty, ghcr.io/sidecar-injector/sidecar-injector of the same version.',
  },
  {
    name: 'drain-delay',
    env: 'SIDECAR_DRAIN_DELAY',
    kind: duration,
    default: '5s',
    help: 'How long the server accepts connections after SIGTERM.',
  },
  { name: 'check', help: 'Ask the running server for its health and exit with 0 or 1.' },
  { name: 'help', short: 'h', help: 'Show this page.' },
  { name: 'version', help: 'Print the version.' },
] as const satisfies readonly Flag[];
