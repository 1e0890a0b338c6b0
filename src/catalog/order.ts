import type { TemplateProblem } from '../language/template-problem.ts';
import type { Template } from '../template/template.ts';

type ByName = ReadonlyMap<string, Template>;
type Predecessors = ReadonlyMap<string, readonly string[]>;

/** The templates, sorted by name, but each after those that it must follow. */
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

/** What makes it impossible to order these templates with a further one. */
export function orderProblem(template: Template, others: ByName): TemplateProblem | undefined {
  const templates = new Map(others).set(template.name, template);
  const predecessors = predecessorsOf(templates);
  const path = ['spec', 'order'];
  const cycle = cycleThrough(template.name, predecessors);
  if (cycle) return { path, message: `is circular: ${cycle.join(' after ')}` };
  const isEarly = (name: string) => templates.get(name)?.document.spec.order.initContainers === 'before';
  for (const [early, earlier] of predecessors) {
    const late = isEarly(early) ? earlier.find((name) => templates.has(name) && !isEarly(name)) : undefined;
    if (late === undefined || ![early, late].includes(template.name)) continue;
    const message = `${late} must come before ${early}, but ${early} runs before the app's init containers and ${late} after them`;
    return { path, message };
  }
  return undefined;
}

/** The names on the way from a template back to itself: `a, b, a` when a must come after b and b after a. */
function cycleThrough(start: string, predecessors: Predecessors): readonly string[] | undefined {
  const seen = new Set<string>();
  const wayFrom = (name: string): readonly string[] | undefined => {
    for (const other of predecessors.get(name) ?? []) {
      if (other === start) return [name, other];
      if (seen.has(other)) continue;
      seen.add(other);
      const rest = wayFrom(other);
      if (rest) return [name, ...rest];
    }
    return undefined;
  };
  return wayFrom(start);
}

/** For each name the names that must come before it, sorted. Names without a template have no effect. */
function predecessorsOf(templates: ByName): Predecessors {
  const predecessors = new Map<string, string[]>();
  const add = (name: string, other: string) =>
    predecessors.set(name, [...(predecessors.get(name) ?? []), other].sort());
  for (const { name, document } of templates.values()) {
    for (const other of document.spec.order.after) add(name, other);
    for (const other of document.spec.order.before) add(other, name);
  }
  return predecessors;
}
