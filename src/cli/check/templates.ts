import { type Catalog, extendCatalog } from '../../catalog/catalog.ts';
import { objectAt } from '../../core/fields.ts';
import type { TemplateObject } from '../../core/objects.ts';
import { pathText, sentence, type TemplateProblem } from '../../language/template-problem.ts';
import { compileObject } from '../../state/check-template.ts';
import type { Template } from '../../template/template.ts';
import type { WorkloadKind } from '../../workload/kinds.ts';
import { fileProblem, type Locator, type Spot } from '../inject/locate.ts';
import type { FileProblem, Manifest } from '../inject/manifests.ts';
import { objectsIn } from '../inject/objects.ts';

const kinds = ['ClusterSidecarTemplate', 'SidecarTemplate'];

/** Where a template is written. */
interface Written {
  readonly spot: Spot;
  readonly title: string;
}

/**
 * The templates among manifests: the catalog with them, and every problem in them. Only those of the cluster replace
 * one of the catalog.
 */
export function withTemplates(
  manifests: readonly Manifest[],
  base: Catalog,
  workloads: readonly WorkloadKind[],
  locator: Locator,
): {
  readonly catalog: Catalog;
  readonly templates: ReadonlyMap<Template, Written>;
  readonly problems: readonly FileProblem[];
} {
  const problems: FileProblem[] = [];
  const templates = new Map<Template, Written>();
  for (const manifest of manifests)
    for (const { kind, object, steps, title } of objectsIn(manifest.value, workloads)) {
      if (!kinds.includes(kind)) continue;
      const spot = { manifest, steps };
      const metadata = objectAt(object, 'metadata');
      // Its form is what is checked.
      const compiled = compileObject({ ...object, metadata } as unknown as TemplateObject);
      if ('problems' in compiled)
        problems.push(...compiled.problems.map((problem) => fileProblem(asProblem(problem), spot, title, locator)));
      else templates.set(compiled, { spot, title });
    }
  const isOfCluster = ({ document }: Template) => document.kind === 'ClusterSidecarTemplate';
  const all = [...templates.keys()];
  const ofCluster = extendCatalog(base, all.filter(isOfCluster), { replace: true });
  const ofTenants = all.filter((template) => !isOfCluster(template));
  const { catalog, conflicts } = extendCatalog(ofCluster.catalog, ofTenants, { replace: false });
  for (const [template, problem] of [...ofCluster.conflicts, ...conflicts]) {
    const found = templates.get(template);
    if (found) problems.push(fileProblem(asProblem(problem), found.spot, found.title, locator));
  }
  return { catalog, templates, problems };
}

function asProblem({ path, message }: TemplateProblem) {
  const fix = 'Correct the template: docs/templates.md describes every field.';
  return {
    code: 'bad-template',
    path: pathText(path),
    message: sentence(message),
    fix,
  } as const;
}
