import { fromWorkloadKey } from '../core/annotations.ts';
import { carriedText, isCarried } from '../core/from-workload.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { controllerOf } from '../core/owner.ts';
import { isFixed } from './fixed.ts';
import { carryingOwners, type WorkloadKind } from './kinds.ts';
import { annotationsOf, type TemplateAt, templatesOf } from './templates.ts';

/** A pod template of a workload that is being written. */
export interface CarriedTemplate extends TemplateAt {
  /** The same template before the update. */
  readonly former: JsonObject | undefined;
  /** What it carries now, as it was before, and as it must. */
  readonly present: string | undefined;
  readonly before: string | undefined;
  readonly text: string | undefined;
  /** What the workload said before, and what it says. `text` differs where the template must stay as it is. */
  readonly said: string | undefined;
  readonly says: string | undefined;
}

/**
 * The pod templates of the workload and what each of them must carry: what the workload says, whatever was there
 * before. A template that cannot be changed keeps what it has, and so does that of a controller while nobody annotates
 * its workload: such a template can be a copy of one that carries.
 */
export function carriedTemplates(
  kind: WorkloadKind,
  object: JsonObject,
  old: JsonObject | undefined,
): readonly CarriedTemplate[] {
  const formers = new Map(templatesOf(old, kind).map(({ steps, template }) => [steps.join('/'), template]));
  const isSilent = controllerOf(object) !== undefined && !saysSomething(object) && !saysSomething(old);
  const [wrote, writes] = [sidecarAnnotations(old), sidecarAnnotations(object)];
  return templatesOf(object, kind).map(({ steps, template }) => {
    const former = formers.get(steps.join('/'));
    const present = carriedIn(template);
    const before = carriedIn(former);
    const said = carriedText(wrote, annotationsOf(former));
    const says = carriedText(writes, annotationsOf(template));
    const text = isFixed(kind, old) ? before : isSilent ? present : says;
    return { steps, template, former, present, before, text, said, says };
  });
}

/**
 * True where the template comes from an owner that carries annotations itself. A changed copy would never be equal to
 * it.
 */
export function isCopy(kinds: readonly WorkloadKind[], object: JsonObject): boolean {
  const controller = controllerOf(object);
  return controller !== undefined && carryingOwners(kinds).includes(controller.kind);
}

/** True where the object has annotations for sidecars. */
export function saysSomething(object: Json | undefined): boolean {
  return Object.keys(annotationsOf(object) ?? {}).some(isCarried);
}

/** Those of a workload, without the many others that it can have beside many templates. */
function sidecarAnnotations(object: Json | undefined): JsonObject {
  return Object.fromEntries(Object.entries(annotationsOf(object) ?? {}).filter(([key]) => isCarried(key)));
}

function carriedIn(template: Json | undefined): string | undefined {
  const text = annotationsOf(template)?.[fromWorkloadKey];
  return typeof text === 'string' ? text : undefined;
}
