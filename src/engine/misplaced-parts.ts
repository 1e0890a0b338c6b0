import { injectKey } from '../core/annotations.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { pathOfSteps } from '../core/path.ts';
import { suspectsIn } from '../core/pod.ts';
import { type MetadataAt, misplacedKeys } from './misplaced.ts';
import { type IsReadBeside, unreadAnnotations } from './unread-annotations.ts';

/** What an object is: its annotations are read on a pod, on a workload and on a namespace. */
export type ObjectRole = 'pod' | 'workload' | 'namespace' | 'other';

/** Levels of an object that are looked through. Pod templates are about eight levels deep, and this is recursive. */
const deepest = 40;

/**
 * A message for each sidecar key that has no effect on the pods of an object of any kind. Its pod templates are the
 * parts that have `spec.containers`. Between the object and a pod template, annotations are never read, and neither are
 * those of an object of another kind.
 */
export function misplacedIn(object: JsonObject, role: ObjectRole, isReadBeside: IsReadBeside = () => false): string[] {
  if (role === 'namespace') return misplacedInNamespace(object);
  const messages: string[] = [];
  const visit = (value: Json | undefined, steps: readonly string[]): readonly MetadataAt[] => {
    if ((!isObject(value) && !Array.isArray(value)) || steps.length > deepest) return [];
    const { metadata, spec } = isObject(value) ? value : {};
    const own = { path: pathOfSteps([...steps, 'metadata']), metadata };
    const isRoot = steps.length === 0;
    const isTemplate = isObject(spec) && Array.isArray(spec.containers) && (!isRoot || role === 'pod');
    const templates = isTemplate
      ? [own]
      : Object.entries(value).flatMap(([step, inner]) =>
          step === 'metadata' || step === 'status' ? [] : visit(inner, [...steps, step]),
        );
    const isRead = isTemplate || (isRoot && role === 'workload');
    messages.push(...misplacedKeys(own, suspectsIn(metadata, isRead), templates));
    return templates;
  };
  const templates = visit(object, []);
  return role === 'other' && templates.length === 0 ? unreadAnnotations(object, isReadBeside) : messages;
}

/** Of the labels of a namespace, one is read. */
function misplacedInNamespace({ metadata }: JsonObject): string[] {
  const own = { path: 'metadata', metadata };
  const suspects = suspectsIn(metadata, true).filter(([field, key]) => field !== 'labels' || key !== injectKey);
  return misplacedKeys(own, suspects, [own]);
}
