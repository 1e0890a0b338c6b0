import { isObject, type Json, type JsonObject } from '../core/json.ts';
import type { WorkloadKind } from './kinds.ts';

/**
 * What is wrong with the paths of a kind's pod templates, by the OpenAPI document (v3) of its group and version:
 * undefined where nothing is, or where the document does not say. `version` is only for the message.
 */
export function schemaProblem(kind: WorkloadKind, document: Json, version: string): string | undefined {
  const schemas = isObject(document) && isObject(document.components) ? document.components.schemas : undefined;
  const all = isObject(schemas) ? schemas : {};
  const own = Object.values(all).find((schema) => isSchemaOf(schema, kind));
  const name = `${kind.kind} of ${kind.group}/${version}`;
  if (!own) return `The cluster has no schema of ${name}.`;
  for (const path of kind.templates) {
    const steps = path.split('.');
    for (const end of ['metadata', 'annotations'] as const) steps.push(end);
    const lacking = lackingStep(own, steps, all);
    if (lacking === undefined) continue;
    if (lacking < steps.length - 2)
      return `${name} has no field ${steps.slice(0, lacking + 1).join('.')}, so it has no pod template at ${path}.`;
    return `The definition of ${name} drops annotations at ${path}, so sidecar annotations cannot reach its pods.`;
  }
  return undefined;
}

function isSchemaOf(schema: Json | undefined, { group, kind }: WorkloadKind): boolean {
  const kinds = isObject(schema) ? schema['x-kubernetes-group-version-kind'] : undefined;
  return Array.isArray(kinds) && kinds.some((each) => isObject(each) && each.group === group && each.kind === kind);
}

/**
 * The position of the first step that the schema does not have; undefined where it has all, or takes what it does not
 * know.
 */
function lackingStep(root: Json, steps: readonly string[], all: JsonObject): number | undefined {
  let at = resolved(root, all);
  for (const [i, step] of steps.entries()) {
    const { properties, additionalProperties, items } = at;
    if (at['x-kubernetes-preserve-unknown-fields'] === true && !isObject(properties)) return undefined;
    const named = isObject(properties) ? properties[step] : undefined;
    const next = step === '*' ? (items ?? additionalProperties) : (named ?? additionalProperties);
    if (next === undefined || next === false)
      return at['x-kubernetes-preserve-unknown-fields'] === true ? undefined : i;
    at = resolved(next, all);
  }
  return undefined;
}

/**
 * The schema itself, where the value refers to one. Source: kube-openapi wraps a reference with a default in `allOf`.
 */
function resolved(value: Json | undefined, all: JsonObject): JsonObject {
  if (!isObject(value)) return {};
  const { $ref, allOf } = value;
  const inner = Array.isArray(allOf) && isObject(allOf[0]) ? allOf[0].$ref : undefined;
  const reference = $ref ?? inner;
  const target = typeof reference === 'string' ? all[reference.slice(reference.lastIndexOf('/') + 1)] : undefined;
  return isObject(target) ? target : value;
}
