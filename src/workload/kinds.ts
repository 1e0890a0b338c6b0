/** A kind of object that makes pods of a template. */
export interface WorkloadKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** The plural, as rules of webhooks name it. */
  readonly resource: string;
  /** The paths of its pod templates, such as `spec.template`. A step `*` stands for each item of a list or a map. */
  readonly templates: readonly string[];
  /** When the API server keeps a template as it is: see `isFixed`. */
  readonly fixed?: 'unless-suspended';
  /** Whose webhook names containers without a name: see `withNames`. */
  readonly names?: 'knative';
}

const one = ['spec.template'];

/** The kinds of Kubernetes. */
const builtIn: readonly WorkloadKind[] = [
  { group: 'apps', kind: 'Deployment', resource: 'deployments', templates: one },
  { group: 'apps', kind: 'StatefulSet', resource: 'statefulsets', templates: one },
  { group: 'apps', kind: 'DaemonSet', resource: 'daemonsets', templates: one },
  { group: 'apps', kind: 'ReplicaSet', resource: 'replicasets', templates: one },
  { group: '', kind: 'ReplicationController', resource: 'replicationcontrollers', templates: one },
  { group: 'batch', kind: 'Job', resource: 'jobs', templates: one, fixed: 'unless-suspended' },
  { group: 'batch', kind: 'CronJob', resource: 'cronjobs', templates: ['spec.jobTemplate.spec.template'] },
];

/** Kinds of other projects. An API server without them never matches their rules. */
const others: readonly WorkloadKind[] = [
  { group: 'argoproj.io', kind: 'Rollout', resource: 'rollouts', templates: one },
  { group: 'apps.kruise.io', kind: 'CloneSet', resource: 'clonesets', templates: one },
  { group: 'apps.kruise.io', kind: 'StatefulSet', resource: 'statefulsets', templates: one },
  { group: 'apps.kruise.io', kind: 'DaemonSet', resource: 'daemonsets', templates: one },
  { group: 'apps.kruise.io', kind: 'BroadcastJob', resource: 'broadcastjobs', templates: one },
  {
    group: 'apps.kruise.io',
    kind: 'AdvancedCronJob',
    resource: 'advancedcronjobs',
    templates: ['spec.template.jobTemplate.spec.template', 'spec.template.broadcastJobTemplate.spec.template'],
  },
  { group: 'serving.knative.dev', kind: 'Service', resource: 'services', templates: one, names: 'knative' },
  {
    group: 'serving.knative.dev',
    kind: 'Configuration',
    resource: 'configurations',
    templates: one,
    names: 'knative',
  },
  {
    group: 'leaderworkerset.x-k8s.io',
    kind: 'LeaderWorkerSet',
    resource: 'leaderworkersets',
    templates: ['spec.leaderWorkerTemplate.leaderTemplate', 'spec.leaderWorkerTemplate.workerTemplate'],
  },
  {
    group: 'jobset.x-k8s.io',
    kind: 'JobSet',
    resource: 'jobsets',
    templates: ['spec.replicatedJobs.*.template.spec.template'],
    fixed: 'unless-suspended',
  },
  { group: 'kubevirt.io', kind: 'VirtualMachine', resource: 'virtualmachines', templates: one },
  {
    group: 'sparkoperator.k8s.io',
    kind: 'SparkApplication',
    resource: 'sparkapplications',
    templates: ['spec.driver.template', 'spec.executor.template'],
  },
  {
    group: 'ray.io',
    kind: 'RayCluster',
    resource: 'rayclusters',
    templates: ['spec.headGroupSpec.template', 'spec.workerGroupSpecs.*.template'],
  },
];

/** Every kind whose annotations count without further settings. */
export const workloadKinds: readonly WorkloadKind[] = [...builtIn, ...others];

/** True for a kind that every API server has, and whose pod template keeps annotations. */
export function isBuiltIn(kind: WorkloadKind): boolean {
  return builtIn.includes(kind);
}

/** Kinds that those above make on the way to their pods. What they have in their templates comes from their owners. */
const between = ['Revision', 'VirtualMachineInstance', 'Pod'];

/** The kinds of controllers that pass on what their templates carry. */
export function carryingOwners(kinds: readonly WorkloadKind[]): readonly string[] {
  return [...new Set([...kinds.map(({ kind }) => kind), ...between])];
}

/** The kind with this plural, followed by its group: `deployments.apps`. */
export function kindOfResource(kinds: readonly WorkloadKind[], resource: string): WorkloadKind | undefined {
  return kinds.find((each) => (each.group === '' ? each.resource : `${each.resource}.${each.group}`) === resource);
}

/**
 * The kind with this `apiVersion` and `kind`, as a manifest names it. Without a group in the manifest, its kind is
 * enough.
 */
export function kindOfObject(
  kinds: readonly WorkloadKind[],
  apiVersion: string | undefined,
  kind: string,
): WorkloadKind | undefined {
  const written = apiVersion?.replace(/\/?[^/]*$/, '');
  const group = written === 'extensions' ? 'apps' : written;
  return kinds.find((each) => each.kind === kind && (group === undefined || each.group === group));
}
