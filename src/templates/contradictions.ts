import type { TemplateDocument } from '../api/template.ts';
import type { TreeFlaw } from './place.ts';
import { quantityOf } from './values/numbers.ts';

/** Parts of a template that cannot be together, whatever a pod says. */
export function contradictions({ metadata, spec }: TemplateDocument): TreeFlaw[] {
  const { files, conflicts, resources } = spec;
  const names = files.map(({ name }) => name);
  const flaws: TreeFlaw[] = names.flatMap((name, i) =>
    names.indexOf(name) < i
      ? [{ path: ['spec', 'files', i, 'name'], sentence: `the file ${name} is there twice` }]
      : [],
  );
  if (conflicts.includes(metadata.name))
    flaws.push({ path: ['spec', 'conflicts'], sentence: `${metadata.name} cannot be in conflict with itself` });
  for (const [limit, request] of [
    ['cpuLimit', 'cpu'],
    ['memoryLimit', 'memory'],
  ] as const) {
    const [most, reserved] = [quantityOf(resources[limit] ?? ''), quantityOf(resources[request])];
    if (most !== undefined && reserved !== undefined && most < reserved)
      flaws.push({
        path: ['spec', 'resources', limit],
        sentence: `is below what is reserved, ${request}: ${resources[request]}`,
      });
  }
  return flaws;
}
