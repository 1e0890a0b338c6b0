import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { saysSomething } from './carried-templates.ts';
import { declaredKinds } from './declared.ts';
import { kindOfObject, type WorkloadKind } from './kinds.ts';

/** An object with pod templates, of a kind that nobody has declared. */
export interface Undeclared {
  /** `Widget.example.com`. */
  readonly kind: string;
  /** What declares the kind: one declaration for each path of a pod template. */
  readonly declarations: readonly string[];
  /** True where one of its pod templates has annotations for sidecars. */
  readonly asks: boolean;
}

/** Levels of an object that are looked through. */
const deepest = 20;

/**
 * The declarations that an object lacks, so that its pod templates are known: the parts of it that have
 * `spec.containers`. Undefined where its kind is one of `kinds`, where it has no pod template, and where its kind
 * cannot be declared.
 */
export function undeclaredKind(object: JsonObject, kinds: readonly WorkloadKind[]): Undeclared | undefined {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  if (kindOfObject(kinds, apiVersion, kind)) return undefined;
  const name = `${kind}.${apiVersion.replace(/\/?[^/]*$/, '')}`;
  const templates = Object.entries(object).flatMap(([step, value]) =>
    step === 'metadata' || step === 'status' ? [] : podTemplates(value, [step]),
  );
  const declarations = [...new Set(templates.map(({ path }) => `${name}=${path}`))];
  if (templates.length === 0 || declaredKinds(declarations).problems.length > 0) return undefined;
  const asks = templates.some(({ template }) => saysSomething(template));
  return { kind: name, declarations, asks };
}

/** Says what to write, for the command line and for the cluster. */
export function undeclaredText({ kind, declarations }: Undeclared): string {
  const flags = declarations.map((each) => `--workload '${each}'`).join(' ');
  return `The injector does not know the kind ${kind}, which has a pod template. Declare it with ${flags}, and for the cluster in the chart's value workloads.`;
}

function podTemplates(
  value: Json | undefined,
  steps: readonly string[],
): { readonly path: string; readonly template: JsonObject }[] {
  if (typeof value !== 'object' || value === null || steps.length > deepest) return [];
  if (isObject(value) && isObject(value.spec) && Array.isArray(value.spec.containers))
    return [{ path: steps.join('.'), template: value }];
  const inner: readonly (readonly [string, Json | undefined])[] = Array.isArray(value)
    ? value.map((item) => ['*', item] as const)
    : Object.entries(value);
  return inner.flatMap(([step, item]) => podTemplates(item, [...steps, step]));
}
