import { isNode } from 'yaml';
import { isObject, type Json } from '../../core/json.ts';
import { parse } from '../../yaml-edit/parse.ts';
import type { Problem } from '../../yaml-edit/problems.ts';

/**
 * The problem of a document, or of an item of its List, that is not an object; undefined where there is none. Empty
 * documents have none, and neither has a JSON patch, which kustomizations keep beside their manifests.
 */
export function notAnObject(value: Json, text: string): Problem | undefined {
  if (value === null || isPatch(value)) return undefined;
  if (!isObject(value)) {
    const fix = Array.isArray(value)
      ? 'Write each object as a document of its own, with --- between them.'
      : 'Write an object with apiVersion and kind, or remove this.';
    return { position: positionOf(text, []), message: `The document is ${nameOf(value)}, not an object.`, fix };
  }
  const { kind, items } = value;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return undefined;
  const at = items.findIndex((item) => !isObject(item));
  if (at < 0) return undefined;
  const message = `items[${at}] is ${nameOf(items[at])}, not an object.`;
  return { position: positionOf(text, ['items', at]), message, fix: 'Write an object with apiVersion and kind.' };
}

function isPatch(value: Json): boolean {
  const isOperation = (item: Json) => isObject(item) && typeof item.op === 'string' && typeof item.path === 'string';
  return Array.isArray(value) && value.length > 0 && value.every(isOperation);
}

function nameOf(value: Json | undefined): string {
  if (value == null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function positionOf(text: string, steps: readonly (string | number)[]): number {
  const parsed = parse(text);
  if (!('document' in parsed)) return 0;
  const node: unknown = steps.length === 0 ? parsed.document.contents : parsed.document.getIn(steps, true);
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
