/**
 * Everything that can be wrong, by code. A code is never reused for another meaning.
 * `docs/problems.md` has one entry for each; a test compares the two.
 */
export const problemCodes = {
  'malformed-pod': 'The pod is not shaped as Kubernetes expects, where the injector has to read it.',
  'unknown-annotation': 'A sidecar.io/ annotation that no sidecar of the catalog knows.',
  'bad-switch': 'A switch that is neither "true" nor "false".',
  'bad-instance': 'The name of a further instance is not a short DNS label.',
  'bad-boolean': 'A parameter that is neither "true" nor "false".',
  'bad-integer': 'A parameter that is not a whole number, or outside its bounds.',
  'bad-port': 'A parameter that is not a port number.',
  'bad-duration': 'A parameter that is not a duration, or outside its bounds.',
  'bad-quantity': 'A parameter that is not a Kubernetes quantity, or outside its bounds.',
  'bad-path': 'A parameter that is not a usable path.',
  'bad-url': 'A parameter that is not a URL of the kinds the sidecar can use.',
  'bad-enum': 'A parameter that is none of the values to choose from.',
  'bad-list': 'A parameter that is not a comma separated list of usable items.',
  'bad-string': 'A text parameter that is too long, holds control characters, or does not match its pattern.',
  'missing-parameter': 'A sidecar is turned on, but a parameter that it cannot do without is not set.',
  'not-turned-on': 'Parameters of a sidecar are set, but nothing turns the sidecar on.',
  'parameters-disagree': 'Parameters that cannot be used together.',
  'sidecars-conflict': 'Two sidecars are turned on that cannot be in the same pod.',
  'unknown-container': 'A sidecar is aimed at a container that the pod does not have.',
  'container-name-taken': 'A container of the pod already has the name that the sidecar needs.',
  'volume-name-taken': 'A volume of the pod already has the name that the sidecar needs.',
  'mount-path-taken': 'Another volume is already mounted where the sidecar should put its own.',
  'port-taken': 'Another container of the pod uses the port of the sidecar.',
  'pod-field-conflict': 'The pod sets a field to another value than the sidecar needs.',
  'host-pid': 'The sidecar shares the process namespace of the pod, but the pod uses the one of the host.',
  'windows-pod': 'The sidecar runs on Linux, the pod on Windows.',
  'annotation-too-large': 'The annotations of the pod would exceed what Kubernetes stores (256 KiB).',
  'template-failed': 'A template could not be rendered with these parameters: a problem in the template.',
  'bad-template': 'A template is not written as templates are.',
  'bad-document': 'A manifest file cannot be read as YAML or JSON.',
  'internal-error': 'The injector itself failed: a defect of the program.',
} as const satisfies Record<string, string>;

export type ProblemCode = keyof typeof problemCodes;

/** What is wrong, where, and what to write instead. */
export interface Problem {
  readonly code: ProblemCode;
  /** The place, in JSONPath notation without the leading `$.`: `spec.containers[0].ports[1].containerPort`. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

/** Why a pod was left as it is. `docs/problems.md` lists these too. */
export const reasonCodes = {
  'not-a-pod': 'The request is about something other than a pod being created.',
  'nothing-asked': 'Neither the pod nor its namespace asks for a sidecar.',
  'opted-out': 'The pod carries sidecar.io/inject: "false".',
  'turned-off': 'Every sidecar that is named is turned off.',
  'mirror-pod': 'A static pod of a node: the API server only holds its mirror image.',
  'already-injected': 'Every sidecar that is asked for is already there.',
} as const satisfies Record<string, string>;

export type ReasonCode = keyof typeof reasonCodes;

export interface Reason {
  readonly code: ReasonCode;
  readonly path: string;
  readonly message: string;
}

/** One line for a person: place, message, fix and code. */
export function problemText(problem: Problem): string {
  const place = problem.path === '' ? '' : `${problem.path}: `;
  return `${place}${problem.message} ${problem.fix} [${problem.code}]`;
}
