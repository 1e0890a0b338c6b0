import { isBuiltIn, kindOfResource, type WorkloadKind, workloadKinds } from './kinds.ts';

/** Kinds that are declared besides the known ones: all kinds together, and those that were declared. */
export interface DeclaredKinds {
  readonly kinds: readonly WorkloadKind[];
  readonly declared: readonly WorkloadKind[];
  readonly problems: readonly string[];
}

const kindName = /^[A-Z][A-Za-z0-9]*$/;
const groupName = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const pluralName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** Steps that CEL can name, and stars between them. */
const templatePath = /^[A-Za-z_]\w*(\.([A-Za-z_]\w*|\*(?!\.\*)))*$/;
/** Source: the reserved words in the CEL language definition, which no field selection can name. */
const reserved = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

/**
 * Reads declarations of kinds, such as `Widget.example.com=spec.template`, or `Index.example.com/indices=spec.template`
 * where the plural is not the kind with an s. Two of one kind are two pod templates of it. A declaration replaces what
 * is known of the kinds of other projects, but not of those of Kubernetes.
 */
export function declaredKinds(texts: readonly string[]): DeclaredKinds {
  const problems: string[] = [];
  const byName = new Map<string, WorkloadKind>();
  for (const text of texts) {
    const read = readDeclaration(text);
    if ('problem' in read) problems.push(`${text}: ${read.problem}`);
    else {
      const name = `${read.kind}.${read.group}`;
      const former = byName.get(name);
      const templates = [...new Set([...(former?.templates ?? []), ...read.templates])];
      byName.set(name, { ...read, templates });
    }
  }
  const declared = [...byName.values()];
  return { kinds: withDeclared(workloadKinds, declared), declared, problems };
}

/** The kinds with those that are declared, which replace others of the same name. */
export function withDeclared(
  kinds: readonly WorkloadKind[],
  declared: readonly WorkloadKind[],
): readonly WorkloadKind[] {
  const others = kinds.filter(
    ({ group, kind }) => !declared.some((each) => each.group === group && each.kind === kind),
  );
  return [...others, ...declared];
}

function readDeclaration(text: string): WorkloadKind | { readonly problem: string } {
  const [, name = '', path = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const [, kind = '', group = '', plural = `${kind.toLowerCase()}s`] =
    /^([^./]*)\.([^/]*)(?:\/(.*))?$/s.exec(name) ?? [];
  if (!kindName.test(kind) || !groupName.test(group) || !pluralName.test(plural))
    return { problem: 'Write KIND.GROUP=PATH, such as Widget.example.com=spec.template.' };
  if (!templatePath.test(path) || path.split('.').some((step) => reserved.has(step)))
    return { problem: `The path of the pod template is not of the form spec.template, or spec.items.*.template.` };
  const known = kindOfResource(workloadKinds, `${plural}.${group}`);
  if (known && isBuiltIn(known)) return { problem: `The injector knows ${kind} already.` };
  if (!group.includes('.'))
    return {
      problem: `The group ${group} has no dot. Only kinds of custom resources can be declared: their groups have one.`,
    };
  return { ...known, group, kind, resource: plural, templates: [path] };
}
