import { printable } from './printable.ts';
import { withinBytes } from './within-bytes.ts';

/**
 * Every kind of problem, by code. A code is never reused for another meaning. `docs/problems.md` has one entry for
 * each; a test compares the two.
 */
export const problemCodes = {
  'malformed-pod': 'A part of the pod that the injector reads is not valid in Kubernetes.',
  'unknown-annotation': 'No sidecar of the catalog has this sidecar.io/ annotation.',
  'bad-switch': 'A switch is neither "true" nor "false".',
  'bad-instance': 'The name of an instance is not a short DNS label.',
  'bad-boolean': 'A parameter is neither "true" nor "false".',
  'bad-integer': 'A parameter is not a whole number within its bounds.',
  'bad-port': 'A parameter is not a port from 1024 to 65535.',
  'bad-duration': 'A parameter is not a duration within its bounds.',
  'bad-quantity': 'A parameter is not a Kubernetes quantity within its bounds.',
  'bad-path': 'A parameter is not a usable path.',
  'bad-url': 'A parameter is not a URL that the sidecar can use.',
  'bad-enum': 'A parameter is not one of its choices.',
  'bad-list': 'A parameter is not a comma-separated list of valid items.',
  'bad-string': 'A text is empty, too long, contains invisible characters, or does not match its pattern.',
  'missing-parameter': 'A sidecar is turned on, but a required parameter is not set.',
  'not-turned-on': 'A parameter of a sidecar is set, but nothing turns the sidecar on.',
  'parameters-disagree': 'Parameters cannot be used together.',
  'sidecars-conflict': 'Two sidecars cannot be in the same pod.',
  'unknown-container': 'A sidecar targets a container that the pod does not have.',
  'needs-native-sidecar': 'A sidecar targets an init container, but is not native and starts after it.',
  'container-name-taken': 'The pod already has a different container with the name of the sidecar.',
  'volume-name-taken': 'The pod already has a different volume with the name of a volume of the sidecar.',
  'mount-path-taken': 'The sidecar cannot mount its volume at a path of the app.',
  'variable-taken': 'The app sets a variable of the sidecar to another value.',
  'port-taken': 'Another container of the pod uses the port of the sidecar.',
  'pod-field-conflict': 'The pod sets a field to another value than the sidecar needs.',
  'host-pid': 'The sidecar shares the process namespace of the pod, but the pod uses the one of the node.',
  'pod-resources-exceeded': 'A request or a limit of a sidecar does not fit into the resources of the pod.',
  'windows-pod': 'The sidecar runs on Linux, and the pod on Windows.',
  'host-network': 'The sidecar listens on a port, and the pod uses the network of the node.',
  'too-many-instances': 'The pod asks for more than 32 instances of sidecars.',
  'too-many-containers': 'The sidecars of the pod, times its containers or their mounts, are more than can be merged.',
  'too-many-pod-templates': 'An annotated workload has more pod templates than its annotations can go to.',
  'patch-too-large': 'The patch would be larger than 720 KiB.',
  'bad-from-workload': 'The annotation sidecar.io/from-workload is not one that the injector wrote.',
  'bad-status': 'The annotation sidecar.io/status is not one that the injector wrote.',
  'annotation-too-large': 'The pod has more than 256 KiB of annotations, or would have them with its sidecars.',
  'template-failed': 'A bug in a template: it cannot be rendered with valid parameters.',
  'bad-template': 'A template is not valid.',
  'bad-policy': 'A SidecarPolicy is not valid.',
  'sidecar-required': 'A policy requires a sidecar that the pod turns off, or does not have.',
  'setting-locked': 'A policy locks a setting that the pod changes.',
  'sidecar-forbidden': 'A policy forbids a sidecar of the pod.',
  'bad-document': 'A manifest is not valid YAML or JSON, or not an object.',
  'lookup-failed': 'The namespace or the templates of the pod could not be looked up.',
  'internal-error': 'A bug in the injector.',
} as const satisfies Record<string, string>;

export type ProblemCode = keyof typeof problemCodes;

/** What is wrong, where, and what to write instead. */
export interface Problem {
  readonly code: ProblemCode;
  /** JSONPath without the leading `$.`: `spec.containers[0].ports[1].containerPort`; for files, with file and line. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
  /** What the fix offers, until it is known which of it policies refuse. */
  readonly ways?: readonly Way[];
  /** The name of the policy that refuses the pod. */
  readonly policy?: string;
}

/** One way to solve a problem. */
export interface Way {
  /** `remove hostPID from the pod`. */
  readonly text: string;
  /** The annotations that it writes, which a policy can lock. */
  readonly keys?: readonly string[];
}

/** The fix that offers each of these ways. */
export function solvedBy(...ways: readonly Way[]): Required<Pick<Problem, 'fix' | 'ways'>> {
  const last = ways.length - 1;
  const text = ways.map((way, i) => `${i === 0 ? '' : i < last ? ', ' : ', or '}${way.text}`).join('');
  return { fix: `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`, ways };
}

/** The number of problems that are explained; the others are counted. Explaining costs time and space. */
export const maxExplained = 20;

/** Why a pod is left unchanged. `docs/problems.md` lists these too. */
export const reasonCodes = {
  'not-a-pod': 'The request is not the creation of a pod.',
  'nothing-asked': 'Neither the pod nor its workload nor its namespace asks for a sidecar.',
  'opted-out': 'The pod, its workload or its namespace has sidecar.io/inject: "false".',
  'turned-off': 'All sidecars that the pod names are turned off.',
  'mirror-pod': 'The API server only has a mirror of this static pod.',
  'no-containers': 'The pod template has no containers: its pods are decided about when they are created.',
  'already-injected': 'The pod already has every sidecar that it asks for.',
} as const satisfies Record<string, string>;

export type ReasonCode = keyof typeof reasonCodes;

export interface Reason {
  readonly code: ReasonCode;
  readonly path: string;
  readonly message: string;
}

/**
 * What a warning is about, besides the problem codes: a problem on a namespace becomes a warning. `docs/problems.md`
 * lists these too.
 */
export const warningCodes = {
  'not-asked': 'The pod still has a sidecar of an earlier injection that nothing asks for.',
  'former-settings': 'The pod still has a sidecar of an earlier injection with other settings.',
  'misplaced-key': 'A sidecar.io/ key is a label, is outside of the pod template, or has a misspelled prefix.',
  'no-effect': 'A parameter of a sidecar is set where it changes nothing.',
  'deprecated-parameter': 'A parameter is deprecated.',
  'mesh-starts-later':
    'A service mesh redirects traffic to a proxy that starts after a sidecar which needs the network.',
  'never-completes': 'A sidecar that does not end is in a pod that should end.',
  'annotations-kept': 'The pod has another value for an annotation that the sidecar would set.',
  'resources-adapted': 'The default resources of a sidecar are changed to fit into the pod.',
  'no-longer-guaranteed': 'The sidecar makes a Guaranteed pod Burstable.',
  'ephemeral-storage-shared': 'A limit of ephemeral storage applies to more containers than those that have it.',
  'files-hidden': 'A new volume of a sidecar hides files of the app.',
  'variable-kept': 'An environment variable keeps another value than the sidecar would set.',
  'policies-conflict': 'Two policies contradict each other.',
  'template-fixed': 'The workload is annotated, but its pod template cannot be changed any more.',
  'written-by-injector':
    'An annotation of the injector was written by hand, or changed by an undo of the pod template only.',
  'annotations-lost': 'The pod template of a custom resource has lost what it carried.',
  'changes-later': 'The pods of an annotated workload do not follow at once.',
  'owned-workload': 'A controller owns the annotated workload.',
  'namespace-opted-out': 'The pod asks for a sidecar, and its namespace has sidecar.io/inject: "false".',
  'label-left': 'A namespace without annotations for sidecars still has the label sidecar.io/inject: enabled.',
  'label-off': 'The label sidecar.io/inject of a namespace is not "enabled".',
  'no-pod-template': 'The annotated workload has no pod template.',
  'unknown-workload': 'The pod template of an object of an unknown kind has annotations for sidecars.',
  'unknown-sidecar': 'A template names a sidecar that the catalog does not have.',
  'not-tried': 'A pod template has no containers, or a workload more pod templates than injection is tried on.',
} as const satisfies Record<string, string>;

/** What a policy does with a pod, or would do if it were enforced. */
export interface PolicyFinding {
  readonly name: string;
  readonly finding: 'refused' | 'would-refuse' | 'would-change';
}

/** Something that does not stop the pod, but that its author should know. */
export interface Warning {
  readonly code: keyof typeof warningCodes | ProblemCode;
  /** The name of the template; empty where no sidecar of the catalog is concerned. */
  readonly sidecar: string;
  readonly message: string;
  /** True for what a policy with `action: Audit` says: for metrics, log and Events, not for the user. */
  readonly audit?: boolean;
  /** What a policy that is not enforced would do. */
  readonly policy?: PolicyFinding;
}

/** Bytes of each part of a problem: a name in it can have millions. */
const maxPart = 4096;

/** One line for a person: path, message, fix and code. */
export function problemText({ path, message, fix, code }: Problem): string {
  const [where, what, instead] = [path, message, fix].map((part) => withinBytes(part, maxPart));
  return printable(`${where === '' ? '' : `${where}: `}${what} ${instead} [${code}]`);
}
