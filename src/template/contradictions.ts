import { exceeds, quantityOf } from '../core/units.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import type { TemplateDocument } from './schema.ts';

/** Parts of a template that contradict each other for every pod. */
export function contradictions({ metadata, spec }: TemplateDocument): TemplateProblem[] {
  const { files, conflicts, resources } = spec;
  const names = files.map(({ name }) => name);
  const problems: TemplateProblem[] = names.flatMap((name, i) =>
    names.indexOf(name) < i
      ? [{ path: ['spec', 'files', i, 'name'], message: `duplicates the name of files[${names.indexOf(name)}]` }]
      : [],
  );
  if (conflicts.includes(metadata.name))
    problems.push({ path: ['spec', 'conflicts'], message: `must not contain ${metadata.name} itself` });
  for (const [limit, request] of [
    ['cpuLimit', 'cpu'],
    ['memoryLimit', 'memory'],
    ['ephemeralStorageLimit', 'ephemeralStorage'],
  ] as const) {
    const [most, reserved] = [quantityOf(resources[limit] ?? ''), quantityOf(resources[request] ?? '')];
    if (most !== undefined && reserved !== undefined && exceeds(reserved, most))
      problems.push({
        path: ['spec', 'resources', limit],
        message: `must be at least ${request}, which is ${resources[request]}`,
      });
  }
  return problems;
}
