import { quantityOf } from '../core/units.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import type { TemplateDocument } from './schema.ts';

/** Parts of a template that cannot be together, whatever a pod says. */
export function contradictions({ metadata, spec }: TemplateDocument): TemplateProblem[] {
  const { files, conflicts, resources } = spec;
  const names = files.map(({ name }) => name);
  const problems: TemplateProblem[] = names.flatMap((name, i) =>
    names.indexOf(name) < i ? [{ path: ['spec', 'files', i, 'name'], message: `the file ${name} is there twice` }] : [],
  );
  if (conflicts.includes(metadata.name))
    problems.push({ path: ['spec', 'conflicts'], message: `${metadata.name} cannot be in conflict with itself` });
  for (const [limit, request] of [
    ['cpuLimit', 'cpu'],
    ['memoryLimit', 'memory'],
  ] as const) {
    const [most, reserved] = [quantityOf(resources[limit] ?? ''), quantityOf(resources[request])];
    if (most !== undefined && reserved !== undefined && most < reserved)
      problems.push({
        path: ['spec', 'resources', limit],
        message: `is below what is reserved, ${request}: ${resources[request]}`,
      });
  }
  return problems;
}
