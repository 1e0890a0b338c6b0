import type { Template } from '../template/template.ts';

type ByName = ReadonlyMap<string, Template>;

/** The templates so that each comes after those it must follow; by name where nothing else is said. */
export function ordered(templates: ByName): readonly Template[] {
  const predecessors = predecessorsOf(templates);
  const result: Template[] = [];
  const seen = new Set<string>();
  const visit = (name: string) => {
    const template = templates.get(name);
    if (!template || seen.has(name)) return;
    seen.add(name);
    for (const other of predecessors.get(name) ?? []) visit(other);
    result.push(template);
  };
  for (const name of [...templates.keys()].sort()) visit(name);
  return result;
}

/** The way from a template back to itself: `a, b, a` when a must come after b and b after a. */
export function cycleThrough(start: Template, templates: ByName): readonly string[] | undefined {
  const predecessors = predecessorsOf(new Map(templates).set(start.name, start));
  const seen = new Set<string>();
  const way = (name: string): readonly string[] | undefined => {
    for (const other of predecessors.get(name) ?? []) {
      if (other === start.name) return [name, other];
      if (seen.has(other)) continue;
      seen.add(other);
      const rest = way(other);
      if (rest) return [name, ...rest];
    }
    return undefined;
  };
  return way(start.name);
}

/** A sidecar that must come earlier than another, and comes only after the app's init containers, which the other precedes. */
export function contradictionWith(
  template: Template,
  templates: ByName,
): { readonly early: string; readonly late: string } | undefined {
  const all = new Map(templates).set(template.name, template);
  const isEarly = (name: string) => all.get(name)?.document.spec.order.initContainers === 'before';
  for (const [early, others] of predecessorsOf(all)) {
    const late = isEarly(early) ? others.find((name) => all.has(name) && !isEarly(name)) : undefined;
    if (late !== undefined && [early, late].includes(template.name)) return { early, late };
  }
  return undefined;
}

/** The names that each must follow, sorted; names of templates that are not there do no harm. */
function predecessorsOf(templates: ByName): Map<string, readonly string[]> {
  const predecessors = new Map<string, string[]>();
  const add = (name: string, other: string) =>
    predecessors.set(name, [...(predecessors.get(name) ?? []), other].sort());
  for (const { name, document } of templates.values()) {
    for (const other of document.spec.order.after) add(name, other);
    for (const other of document.spec.order.before) add(other, name);
  }
  return predecessors;
}
