import type { Json } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import type { TemplateSpec } from './schema.ts';

type Path = TemplateProblem['path'];

/** Where a template writes the name of a container, which an instance with this id has. */
export function placeOfContainer(spec: TemplateSpec, name: Json | undefined, id: string): Path {
  return (
    placeIn(spec.containers, ['spec', 'containers'], name, id) ??
    placeIn(spec.initContainers, ['spec', 'initContainers'], name, id) ?? ['spec', 'containers']
  );
}

/** Where a template writes the name of a volume. */
export function placeOfVolume({ volumes }: TemplateSpec, name: Json | undefined, id: string): Path {
  return placeIn(volumes, ['spec', 'volumes'], name, id) ?? ['spec', 'volumes'];
}

/** Where a template mounts a volume, in a container of its own or of the app. */
export function placeOfMount(spec: TemplateSpec, name: Json | undefined, id: string): Path {
  for (const field of ['containers', 'initContainers'] as const)
    for (const [i, { volumeMounts = null }] of spec[field].entries()) {
      const place = placeIn(volumeMounts, ['spec', field, i, 'volumeMounts'], name, id);
      if (place) return place;
    }
  return placeIn(spec.mounts, ['spec', 'mounts'], name, id) ?? ['spec', 'volumes'];
}

/** The path of the name in a list. Undefined for a name that only a rendered template shows. */
function placeIn(list: Json, path: Path, name: Json | undefined, id: string): Path | undefined {
  if (!Array.isArray(list)) return undefined;
  const index = list.findIndex((item) => isObject(item) && rendered(item.name, id) === name);
  return index < 0 ? undefined : [...path, index, 'name'];
}

/** Names hardly contain any other expression. */
function rendered(name: Json | undefined, id: string): Json | undefined {
  return typeof name === 'string' ? name.replace(/\$\{\s*instance\.id\s*\}/g, () => id) : name;
}
