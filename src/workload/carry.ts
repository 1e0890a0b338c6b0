import { fromWorkloadKey } from '../core/annotations.ts';
import { isObject, type JsonObject, pointerKey } from '../core/json.ts';
import type { Edit } from '../core/outcome.ts';
import { annotationsOf, type TemplateAt } from './templates.ts';

/** The edits of the workload after which its pod template carries this text, or nothing. None where it does already. */
export function carryEdits({ steps, template }: TemplateAt, text: string | undefined): Edit[] {
  const at = steps.map((step) => `/${pointerKey(step)}`).join('');
  const annotations = annotationsOf(template);
  const key = `${at}/metadata/annotations/${pointerKey(fromWorkloadKey)}`;
  const present = annotations?.[fromWorkloadKey];
  if (present === text) return [];
  if (text === undefined) {
    if (hasMore(annotations)) return [{ op: 'remove', path: key }];
    // A custom resource keeps an empty map, which was not there before.
    const { metadata } = template;
    return [
      { op: 'remove', path: isObject(metadata) && hasMore(metadata) ? `${at}/metadata/annotations` : `${at}/metadata` },
    ];
  }
  if (annotations) return [{ op: present === undefined ? 'add' : 'replace', path: key, value: text }];
  const added = { [fromWorkloadKey]: text };
  // `add` replaces a null, and fails where the object around it is missing.
  if (isObject(template.metadata)) return [{ op: 'add', path: `${at}/metadata/annotations`, value: added }];
  return [{ op: 'add', path: `${at}/metadata`, value: { annotations: added } }];
}

function hasMore(object: JsonObject | undefined): boolean {
  return Object.keys(object ?? {}).length > 1;
}

/** The pod template as it is after these edits: the pods of the workload are made of it. */
export function carrying({ template }: TemplateAt, text: string | undefined): JsonObject {
  const { [fromWorkloadKey]: _, ...others } = annotationsOf(template) ?? {};
  const annotations = text === undefined ? others : { ...others, [fromWorkloadKey]: text };
  return { ...template, metadata: { ...(isObject(template.metadata) ? template.metadata : {}), annotations } };
}
