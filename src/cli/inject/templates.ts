import {
  type Catalog,
  extendCatalog,
  maxTemplates,
  namespaceOf,
  noCatalog,
  tooManyTemplates,
} from '../../catalog/catalog.ts';
import { objectAt } from '../../core/fields.ts';
import type { TemplateObject } from '../../core/objects.ts';
import { pathText, sentence, type TemplateProblem } from '../../language/template-problem.ts';
import { compileObject } from '../../state/check-template.ts';
import type { State } from '../../state/state.ts';
import type { Template } from '../../template/template.ts';
import { fileProblem, type Locator, type Written } from './locate.ts';
import type { FileProblem, Manifest } from './manifests.ts';
import { objectsIn } from './objects.ts';

const kinds = ['ClusterSidecarTemplate', 'SidecarTemplate'];

/** A catalog, and those of the namespaces that have templates of their own. */
interface Catalogs {
  readonly catalog: Catalog;
  readonly catalogs: ReadonlyMap<string, Catalog>;
}

/**
 * The templates among manifests: the catalogs with them, and every problem in them. Only those of the cluster replace
 * one of the catalog; one of a namespace is for its pods only, and replaces its own stored version. `namespace` is for
 * those that name none.
 */
export function withTemplates(
  manifests: readonly Manifest[],
  { catalog: base, namespaces, workloads }: Pick<State, 'catalog' | 'namespaces' | 'workloads'>,
  namespace: string,
  locator: Locator,
): Catalogs & { readonly templates: ReadonlyMap<Template, Written>; readonly problems: readonly FileProblem[] } {
  const problems: FileProblem[] = [];
  const templates = new Map<Template, Written>();
  for (const manifest of manifests)
    for (const { kind, object, steps, title } of objectsIn(manifest.value, workloads)) {
      if (!kinds.includes(kind)) continue;
      const spot = { manifest, steps };
      const own = objectAt(object, 'metadata');
      const metadata = kind === 'SidecarTemplate' ? { ...own, namespace: own.namespace ?? namespace } : own;
      // Its form is what is checked.
      const compiled = compileObject({ ...object, kind, metadata } as unknown as TemplateObject);
      if ('problems' in compiled)
        problems.push(...compiled.problems.map((problem) => fileProblem(asProblem(problem), spot, title, locator)));
      else templates.set(compiled, { spot, title });
    }
  const refuse = (template: Template, problem: TemplateProblem) => {
    const found = templates.get(template);
    if (found) problems.push(fileProblem(asProblem(problem), found.spot, found.title, locator));
  };
  const extended = (from: Catalog, additions: readonly Template[], replace: boolean): Catalog => {
    const { catalog, conflicts } = extendCatalog(from, additions, { replace });
    for (const [template, problem] of conflicts) refuse(template, problem);
    return catalog;
  };
  const all = [...templates.keys()];
  const shared = all.filter((template) => namespaceOf(template) === undefined);
  const ofAll = base.templates.filter((template) => namespaceOf(template) === undefined);
  const ofCluster = ofAll.length === base.templates.length ? base : extended(noCatalog, ofAll, false);
  const catalog = shared.length > 0 ? extended(ofCluster, shared, true) : ofCluster;
  const catalogs = new Map<string, Catalog>();
  const stored = [...namespaces].flatMap(([name, facts]) => (facts.catalog ? name : []));
  for (const name of new Set([...stored, ...[...base.templates, ...all].flatMap((each) => namespaceOf(each) ?? [])])) {
    const written = all.filter((template) => namespaceOf(template) === name);
    const kept = (namespaces.get(name)?.catalog ?? base).templates.filter(
      (template) => namespaceOf(template) === name && written.every((other) => other.name !== template.name),
    );
    const own = [...kept, ...written];
    for (const template of own.slice(maxTemplates)) refuse(template, tooManyTemplates);
    catalogs.set(name, extended(catalog, own.slice(0, maxTemplates), false));
  }
  return { catalog, catalogs, templates, problems };
}

/** The catalog for the pods that a template is for. */
export function catalogOf(template: Template, { catalog, catalogs }: Catalogs): Catalog {
  return catalogs.get(namespaceOf(template) ?? '') ?? catalog;
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
