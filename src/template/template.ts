import { hash } from 'node:crypto';
import type { Fact } from '../language/dependencies.ts';
import type { Parameter } from '../language/parameter.ts';
import type { Scope } from '../language/scope.ts';
import type { Value } from '../language/types/value.ts';
import type { Fragment } from './fragment.ts';
import type { TemplateDocument, TemplateSpec } from './schema.ts';

/** A rule that the parameters of a pod must follow. */
export interface Validation {
  readonly holds: (scope: Scope) => boolean;
  readonly parameter: string;
  readonly message: (scope: Scope) => string;
  readonly fix: (scope: Scope) => string;
}

/** A compiled and checked template. Rendering it for a pod parses nothing. */
export interface Template {
  readonly name: string;
  /** True where it is compiled when something asks for it: see deferred.ts. */
  readonly isDeferred?: true;
  readonly document: TemplateDocument;
  /** Changes when anything in the template changes. */
  readonly revision: string;
  readonly failurePolicy: TemplateSpec['failurePolicy'];
  /** By the word in the annotation, common parameters included, in the order of declaration. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /**
   * The value of each parameter, by its field, that a pod has when nobody sets it; null where that depends on the pod.
   */
  readonly defaults: Readonly<Record<string, Value>>;
  readonly activating: readonly string[];
  readonly validations: readonly Validation[];
  /** Units of work (`language/cost.ts`) of its expressions with the longest values. 0 for a ClusterSidecarTemplate. */
  readonly work: number;
  /** The parts of the pod and its namespace that the expressions read; none for most templates. */
  readonly dependencies: ReadonlySet<Fact>;
  /** Gives the parts of a pod. Throws what an expression throws. */
  readonly render: (scope: Scope) => Fragment;
}

/** The parameters that turn the sidecar on. */
export function activatingIn({ parameters }: TemplateSpec): string[] {
  return parameters.flatMap(({ name, activates }) => (activates === true ? [name] : []));
}

/** Sixteen hexadecimal digits of a spec. */
export function revisionOf(spec: TemplateSpec): string {
  return hash('sha256', JSON.stringify(spec)).slice(0, 16);
}
