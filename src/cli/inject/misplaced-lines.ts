import { isObject, type Json } from '../../core/json.ts';
import { suspectsIn } from '../../core/pod.ts';
import { type MetadataAt, misplacedKeys } from '../../engine/misplaced.ts';
import { pathOfSteps } from './locate.ts';
import type { ManifestFile } from './manifests.ts';
import { type Found, objectsIn } from './objects.ts';

/** A line for each sidecar key that has no effect on the pods of its object. */
export function misplacedLines(files: readonly ManifestFile[]): string[] {
  return files
    .flatMap(({ manifests }) => manifests.flatMap(({ value }) => objectsIn(value)))
    .flatMap((found) => messagesOf(found).map((message) => `${found.title}: warning: ${message}`));
}

/**
 * The messages for one object of any kind. Its pod templates are the parts that have `spec.containers`. On the object itself,
 * annotations are read only for the kinds of Kubernetes; between the object and a pod template, never.
 */
function messagesOf({ object, podSteps }: Found): string[] {
  const messages: string[] = [];
  const visit = (value: Json | undefined, steps: readonly string[]): readonly MetadataAt[] => {
    if (!isObject(value) && !Array.isArray(value)) return [];
    const { metadata, spec } = isObject(value) ? value : {};
    const own = { path: pathOfSteps([...steps, 'metadata']), metadata };
    const isRoot = steps.length === 0;
    const isTemplate = isObject(spec) && Array.isArray(spec.containers) && (!isRoot || podSteps?.length === 0);
    const templates = isTemplate
      ? [own]
      : Object.entries(value).flatMap(([step, inner]) =>
          step === 'metadata' || step === 'status' ? [] : visit(inner, [...steps, step]),
        );
    const isRead = isTemplate || (isRoot && podSteps !== undefined);
    messages.push(...misplacedKeys(own, suspectsIn(metadata, isRead), templates));
    return templates;
  };
  visit(object, []);
  return messages;
}
