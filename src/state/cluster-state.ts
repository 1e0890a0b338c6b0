import { type Catalog, extendCatalog } from '../catalog/catalog.ts';
import { prefix } from '../core/annotations.ts';
import type { NamespaceObject, TemplateObject, Verdict } from '../core/objects.ts';
import type { Template } from '../template/template.ts';
import { compileObject, problemMessage } from './check-template.ts';
import { policyNote } from './failure-policy.ts';
import type { NamespaceFacts, State } from './state.ts';

/** The state that follows from what the cluster holds, and what became of each template. */
export interface ClusterState {
  readonly state: State;
  readonly verdicts: ReadonlyMap<TemplateObject, Verdict>;
}

type Compiled = ReturnType<typeof compileObject>;

/** A catalog with further templates, and what it was made from: as long as that is the same, so is the catalog. */
interface Extension {
  readonly base: Catalog;
  readonly templates: readonly Template[];
  readonly extended: ReturnType<typeof extendCatalog>;
}

/**
 * Makes states from views of the cluster, on top of `base` with its built-in templates. Each version of a template is
 * compiled once; a broken one is left out and disturbs no other. A template of the cluster replaces the built-in
 * with its name; one of a namespace never replaces anything.
 */
export function createClusterState(base: State) {
  let compiled = new Map<string, Compiled>();
  let extensions = new Map<string, Extension>();
  return (namespaces: readonly NamespaceObject[], objects: readonly TemplateObject[]): ClusterState => {
    const verdicts = new Map<TemplateObject, Verdict>();
    const next = new Map<string, Compiled>();
    const sources = new Map<Template, TemplateObject>();
    const own = new Map<string, Template[]>();
    const shared: Template[] = [];
    for (const object of [...objects].sort(older)) {
      const { uid, generation, namespace } = object.metadata;
      const version = `${uid}/${generation}`;
      const result = compiled.get(version) ?? compileObject(object);
      next.set(version, result);
      if ('problems' in result) verdicts.set(object, refused(result.problems.map(problemMessage).join('; ')));
      else {
        sources.set(result, object);
        const note = policyNote(result, base);
        verdicts.set(object, { ready: true, message: `The template is in use.${note ? ` But: ${note}` : ''}` });
        if (namespace === undefined) shared.push(result);
        else own.set(namespace, [...(own.get(namespace) ?? []), result]);
      }
    }
    compiled = next;
    const kept = new Map<string, Extension>();
    /** `place` is a namespace, or empty for the whole cluster. */
    const add = (place: string, base: Catalog, templates: readonly Template[]): Catalog => {
      const former = extensions.get(place);
      const extension =
        former?.base === base && sameItems(former.templates, templates)
          ? former
          : { base, templates, extended: extendCatalog(base, templates, { replace: place === '' }) };
      kept.set(place, extension);
      for (const [template, problem] of extension.extended.conflicts) {
        const object = sources.get(template);
        if (object) verdicts.set(object, refused(problemMessage(problem)));
      }
      return extension.extended.catalog;
    };
    const catalog = shared.length > 0 ? add('', base.catalog, shared) : base.catalog;
    const facts = new Map<string, NamespaceFacts>();
    const read = catalog.templates.some(({ dependencies }) => dependencies.has('namespaceObject'));
    for (const { name, annotations, labels = {} } of namespaces) {
      const templates = own.get(name);
      if (templates) facts.set(name, { annotations, labels, catalog: add(name, catalog, templates) });
      else if (read || Object.keys(annotations).some((key) => key.startsWith(prefix)))
        facts.set(name, { annotations, labels });
    }
    extensions = kept;
    return { state: { ...base, catalog, namespaces: facts }, verdicts };
  };
}

function sameItems(a: readonly Template[], b: readonly Template[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

function refused(message: string): Verdict {
  return { ready: false, message: message.slice(0, 4096) };
}

/** The older one keeps its words when a newer one wants them too. */
function older({ metadata: a }: TemplateObject, { metadata: b }: TemplateObject): number {
  const [first, second] = [a, b].map((each) => `${each.creationTimestamp ?? ''} ${each.name} ${each.namespace ?? ''}`);
  return first === second ? 0 : (first ?? '') < (second ?? '') ? -1 : 1;
}
