import { type Catalog, extendCatalog } from '../../catalog/catalog.ts';
import { isObject } from '../../core/json.ts';
import type { TemplateObject } from '../../core/objects.ts';
import { pathText, type TemplateProblem } from '../../language/template-problem.ts';
import { compileObject } from '../../state/check-template.ts';
import type { Template } from '../../template/template.ts';
import type { WorkloadKind } from '../../workload/kinds.ts';
import { fileProblem, type Locator, type Spot } from '../inject/locate.ts';
import type { FileProblem, Manifest } from '../inject/manifests.ts';
import { objectsIn } from '../inject/objects.ts';

const kinds = ['ClusterSidecarTemplate', 'SidecarTemplate'];

/** The templates among manifests: the catalog with them, and every problem in them. */
export function withTemplates(
  manifests: readonly Manifest[],
  base: Catalog,
  workloads: readonly WorkloadKind[],
  locator: Locator,
): { readonly catalog: Catalog; readonly problems: readonly FileProblem[] } {
  const problems: FileProblem[] = [];
  const spots = new Map<Template, { readonly spot: Spot; readonly title: string }>();
  for (const manifest of manifests)
    for (const { kind, object, steps, title } of objectsIn(manifest.value, workloads)) {
      if (!kinds.includes(kind)) continue;
      const spot = { manifest, steps };
      const metadata = isObject(object.metadata) ? object.metadata : {};
      // Its form is what is checked.
      const compiled = compileObject({ ...object, metadata } as unknown as TemplateObject);
      if ('problems' in compiled)
        problems.push(...compiled.problems.map((problem) => fileProblem(asProblem(problem), spot, title, locator)));
      else spots.set(compiled, { spot, title });
    }
  const { catalog, conflicts } = extendCatalog(base, [...spots.keys()], { replace: true });
  for (const [template, problem] of conflicts) {
    const found = spots.get(template);
    if (found) problems.push(fileProblem(asProblem(problem), found.spot, found.title, locator));
  }
  return { catalog, problems };
}

function asProblem({ path, message }: TemplateProblem) {
  const fix = 'Correct the template: docs/templates.md describes every field.';
  return {
    code: 'bad-template',
    path: pathText(path),
    message: /[.?]$/.test(message) ? message : `${message}.`,
    fix,
  } as const;
}
