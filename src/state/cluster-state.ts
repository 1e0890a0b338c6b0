import { type Catalog, extendCatalog, maxTemplates, tooManyTemplates } from '../catalog/catalog.ts';
import { prefix } from '../core/annotations.ts';
import type { NamespaceObject, TemplateObject, Verdict } from '../core/objects.ts';
import type { PolicyObject } from '../policy/compile.ts';
import type { Template } from '../template/template.ts';
import { compileObject, problemMessage } from './check-template.ts';
import { createClusterPolicies, type PolicyVerdict } from './cluster-policies.ts';
import { failurePolicyNote } from './failure-policy.ts';
import type { NamespaceFacts, State } from './state.ts';

/** The state that follows from what the cluster holds, and what became of each template. */
export interface ClusterState {
  readonly state: State;
  readonly verdicts: ReadonlyMap<TemplateObject, Verdict>;
  readonly policyVerdicts: ReadonlyMap<PolicyObject, PolicyVerdict>;
}

/** One version of a template. */
interface Known {
  readonly generation: number | undefined;
  readonly result: ReturnType<typeof compileObject>;
  /** What is said of it unless it is in conflict with others. */
  readonly verdict: Verdict;
  /** The older template keeps its words when a newer one declares them too. */
  readonly age: string;
}

/** A catalog with further templates, and what it was made from: as long as that is the same, so is the catalog. */
interface Extension {
  readonly base: Catalog;
  readonly templates: readonly Template[];
  readonly extended: ReturnType<typeof extendCatalog>;
}

/**
 * Makes states from views of the cluster, on top of `base` with its built-in templates. Each version of a template is
 * compiled once; a broken one is left out and disturbs no other. A template of the cluster replaces the built-in with
 * its name; one of a namespace never replaces anything. A change costs what it concerns and a look at each object; one
 * that concerns nothing, such as that of a status, gives the same state again. `now` (milliseconds since 1970) decides
 * which exemptions of policies have ended.
 */
export function createClusterState(base: State) {
  let known = new Map<string | undefined, Known>();
  let extensions = new Map<string, Extension>();
  let state = base;
  const policiesOf = createClusterPolicies();
  return (
    namespaces: readonly NamespaceObject[],
    objects: readonly TemplateObject[],
    policyObjects: readonly PolicyObject[] = [],
    now = 0,
  ): ClusterState => {
    const verdicts = new Map<TemplateObject, Verdict>();
    const next = new Map<string | undefined, Known>();
    const sources = new Map<Template, TemplateObject>();
    const own = new Map<string, Template[]>();
    const shared: Template[] = [];
    const versions = objects.map((object) => {
      const { uid, generation } = object.metadata;
      const former = known.get(uid);
      const version = former && former.generation === generation ? former : knownOf(object, base);
      next.set(uid, version);
      return { object, ...version };
    });
    known = next;
    for (const { object, result, verdict } of versions.sort((a, b) => (a.age < b.age ? -1 : a.age > b.age ? 1 : 0))) {
      const { namespace } = object.metadata;
      verdicts.set(object, verdict);
      if ('problems' in result) continue;
      sources.set(result, object);
      const templates = namespace === undefined ? shared : (own.get(namespace) ?? []);
      if (namespace !== undefined && templates.length >= maxTemplates) {
        verdicts.set(object, refused(problemMessage(tooManyTemplates)));
        continue;
      }
      templates.push(result);
      if (namespace !== undefined) own.set(namespace, templates);
    }
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
    const { policies, of, verdicts: policyVerdicts } = policiesOf(policyObjects, catalog, now);
    const read = catalog.templates.some(({ dependencies }) => dependencies.has('namespaceObject'));
    for (const { name, annotations, labels = {} } of namespaces) {
      const templates = own.get(name);
      const applied = of(labels);
      const more = applied.length > 0 ? { policies: applied } : {};
      if (templates) facts.set(name, { annotations, labels, catalog: add(name, catalog, templates), ...more });
      else if (read || applied.length > 0 || Object.keys(annotations).some((key) => key.startsWith(prefix)))
        facts.set(name, { annotations, labels, ...more });
    }
    extensions = kept;
    if (catalog !== state.catalog || policies !== state.policies || !sameFacts(facts, state.namespaces))
      state = { ...base, catalog, policies, namespaces: facts };
    return { state, verdicts, policyVerdicts };
  };
}

function knownOf(object: TemplateObject, base: State): Known {
  const { generation, creationTimestamp, name, namespace } = object.metadata;
  const result = compileObject(object);
  const age = `${creationTimestamp ?? ''} ${name} ${namespace ?? ''}`;
  if ('problems' in result)
    return { generation, result, verdict: refused(result.problems.map(problemMessage).join('; ')), age };
  const note = failurePolicyNote(result, base);
  const message = `The template is in use.${note ? ` Warning: ${note}` : ''}`;
  return { generation, result, verdict: { ready: true, message }, age };
}

function sameFacts(a: State['namespaces'], b: State['namespaces']): boolean {
  if (a.size !== b.size) return false;
  for (const [name, { annotations, labels, catalog, policies }] of a) {
    const other = b.get(name);
    if (other?.annotations !== annotations || other.labels !== labels) return false;
    if (other.catalog !== catalog || other.policies !== policies) return false;
  }
  return true;
}

function sameItems(a: readonly Template[], b: readonly Template[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

function refused(message: string): Verdict {
  return { ready: false, message: message.slice(0, 4096) };
}
