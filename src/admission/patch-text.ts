import type { Json } from '../core/json.ts';
import type { Operation } from '../core/outcome.ts';
import { jsonText } from '../engine/json-text.ts';

/** From here on a text is worth remembering: the files of templates, which no pod can change. */
const longText = 1024;
const mostRemembered = 64;
const texts = new Map<string, string>();

/**
 * A patch as JSON, the same bytes as JSON.stringify gives. What is added to the pods of a workload is the very same objects
 * and texts each time, and escaping them costs more than the rest: the JSON form of the objects is kept by the plan.
 */
export function patchText(patch: readonly Operation[]): string {
  let text = '';
  for (const { op, path, value } of patch) {
    const json = `{"op":"${op}","path":${JSON.stringify(path)},"value":${jsonOf(value)}}`;
    text += text === '' ? json : `,${json}`;
  }
  return `[${text}]`;
}

function jsonOf(value: Json): string {
  if (typeof value === 'string' && value.length > longText) return jsonOfText(value);
  // A list is made for one pod, its items are not.
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  return jsonText(value);
}

function jsonOfText(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= mostRemembered) texts.clear();
  const json = JSON.stringify(text);
  texts.set(text, json);
  return json;
}
