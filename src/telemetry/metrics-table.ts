/** One metric as operators see it; `docs/metrics.md` is made from these. */
export interface MetricDeclaration {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

/**
 * Every metric of our own. None has a namespace or a pod as label: their number would grow with the cluster.
 * Those of the process and of Node (`process_*`, `nodejs_*`) come from prom-client.
 */
export const metricsTable = {
  reviews: {
    name: 'sidecar_injector_reviews_total',
    type: 'counter',
    labels: ['outcome'],
    help: 'Reviews of pods answered, by outcome: injected, reinvoked (the pod was injected before, by an earlier call or the command line), unchanged, refused, failed.',
  },
  templateReviews: {
    name: 'sidecar_injector_template_reviews_total',
    type: 'counter',
    labels: ['operation', 'outcome'],
    help: 'Reviews of templates and policies answered, by operation (CREATE, UPDATE, DELETE) and outcome: allowed, warned, refused.',
  },
  problems: {
    name: 'sidecar_injector_problems_total',
    type: 'counter',
    labels: ['code'],
    help: 'Problems that refused or failed a pod, by code (docs/problems.md). One pod can have several.',
  },
  unchanged: {
    name: 'sidecar_injector_unchanged_total',
    type: 'counter',
    labels: ['reason'],
    help: 'Pods left as they were, by reason (docs/problems.md).',
  },
  sidecars: {
    name: 'sidecar_injector_sidecars_total',
    type: 'counter',
    labels: ['sidecar'],
    help: 'Sidecars put into pods, by template. Dry runs and reinvocations are not counted.',
  },
  warnings: {
    name: 'sidecar_injector_warnings_total',
    type: 'counter',
    labels: ['code', 'sidecar'],
    help: 'Warnings about pods that were created, by code (docs/problems.md) and template. Dry runs and reinvocations are not counted.',
  },
  objects: {
    name: 'sidecar_injector_object_reviews_total',
    type: 'counter',
    labels: ['outcome'],
    help: 'Reviews of workloads and namespaces answered, by outcome: changed, unchanged, refused.',
  },
  duration: {
    name: 'sidecar_injector_review_duration_seconds',
    type: 'histogram',
    labels: [],
    help: 'Time from the last byte of a review to its answer being handed to the socket.',
  },
  events: {
    name: 'sidecar_injector_events_total',
    type: 'counter',
    labels: ['result'],
    help: 'Events about pods, by result: created, counted (one that exists), limited (its owner or its namespace has too many), dropped (all together are too many), failed.',
  },
  httpErrors: {
    name: 'sidecar_injector_http_errors_total',
    type: 'counter',
    labels: ['status'],
    help: 'Requests answered with an HTTP status of 400 or more.',
  },
  handshakeErrors: {
    name: 'sidecar_injector_tls_handshake_errors_total',
    type: 'counter',
    labels: [],
    help: 'TLS handshakes that failed, for instance because the caBundle of the webhook does not fit the certificate.',
  },
  certificateReloads: {
    name: 'sidecar_injector_certificate_reloads_total',
    type: 'counter',
    labels: ['result'],
    help: 'Certificates that were read, by result: used, rejected, failed (the certificate, its Secret or its folder could not be read or written).',
  },
  certificateExpiry: {
    name: 'sidecar_injector_certificate_expiry_timestamp_seconds',
    type: 'gauge',
    labels: [],
    help: 'When the certificate in use expires, in seconds since 1970.',
  },
  templates: {
    name: 'sidecar_injector_templates',
    type: 'gauge',
    labels: ['kind', 'ready'],
    help: 'Templates in the cluster, by kind and ready: true for those in use, false for others, whose status says why not.',
  },
  watchLastEvent: {
    name: 'sidecar_injector_watch_last_event_timestamp_seconds',
    type: 'gauge',
    labels: ['kind'],
    help: 'When the API server last sent something about objects of a kind, in seconds since 1970. It sends something about once a minute. Node and Version (of the API server) decide whether sidecars are native.',
  },
  watchRequests: {
    name: 'sidecar_injector_watch_requests_total',
    type: 'counter',
    labels: ['kind', 'verb'],
    help: 'Requests to list and to watch objects of a kind. The API server ends a watch after 30 to 60 minutes; a new list means that changes were missed.',
  },
  watchFailures: {
    name: 'sidecar_injector_watch_failures_total',
    type: 'counter',
    labels: ['kind'],
    help: 'Lists and watches of a kind that failed. They are tried again.',
  },
  lookups: {
    name: 'sidecar_injector_lookup_duration_seconds',
    type: 'histogram',
    labels: ['object', 'result'],
    help: 'Time that pods waited for something that the watches had not brought yet, by object (namespace, templates) and result (ok, failed).',
  },
  lease: {
    name: 'sidecar_injector_lease_held',
    type: 'gauge',
    labels: [],
    help: 'Whether this replica holds the Lease, and so writes the webhook configurations, the bindings of policies, and the status of templates and policies: 1 or 0. One replica does.',
  },
  statusWrites: {
    name: 'sidecar_injector_status_writes_total',
    type: 'counter',
    labels: ['result'],
    help: 'Writes of the status of templates, by result: written, outdated (the template has changed since), failed.',
  },
  policies: {
    name: 'sidecar_injector_policies',
    type: 'gauge',
    labels: ['state'],
    help: 'Policies in the cluster, by state: invalid or conflicting, whose status says why, and all others by their action: enforce, warn, audit.',
  },
  policiesNotHeld: {
    name: 'sidecar_injector_policies_not_held',
    type: 'gauge',
    labels: [],
    help: 'Enforced policies that the API server does not hold: their condition Enforced says why. Known to the replica with the Lease; 0 for others.',
  },
  settingProblems: {
    name: 'sidecar_injector_setting_problems',
    type: 'gauge',
    labels: ['setting'],
    help: 'What is wrong with values of the chart, by value: workloads (kinds that have no effect), policies.most (bindings beyond it, which still hold policies). The log says what to do.',
  },
  policyPods: {
    name: 'sidecar_injector_policy_pods',
    type: 'gauge',
    labels: ['standing', 'policy'],
    help: 'Pods that run, by policy and how they stand to it: compliant, violating, exempt. Counted by one replica, and only with policies.countEvery in the chart. Policies beyond the first 100 are added up as "other".',
  },
  policyFindings: {
    name: 'sidecar_injector_policy_findings_total',
    type: 'counter',
    labels: ['finding', 'policy'],
    help: 'Pods that a policy refused, or would refuse or change if it were enforced (Warn and Audit), by finding: refused, would-refuse, would-change. Dry runs and reinvocations are not counted.',
  },
  build: {
    name: 'sidecar_injector_build_info',
    type: 'gauge',
    labels: ['version'],
    help: 'Always 1; the label tells the version of the injector.',
  },
} as const satisfies Record<string, MetricDeclaration>;

/**
 * Upper bounds in seconds: a lookup takes some milliseconds, and is given up after 2 s; a caller waits for two at most.
 */
export const lookupBuckets = [1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * Upper bounds for reviews, in seconds. A small one takes some 100 µs, the largest ones some 10 ms; from 5 ms on they
 * agree with the buckets of the API server's own webhook metric, so that both sides can be laid over each other.
 */
export const durationBuckets = [25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 25e-3, 0.1, 0.5, 1, 2.5, 10];
