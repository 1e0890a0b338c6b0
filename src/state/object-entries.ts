import type { WorkloadKind } from '../workload/kinds.ts';
import {
  livesText,
  notCopiedText,
  saysOtherwiseText,
  saysText,
  templatesChangedText,
  templatesSayText,
} from './object-conditions.ts';
import type { FailurePolicy } from './webhook-entries.ts';

/** One entry of the MutatingWebhookConfiguration for workloads or namespaces. */
export interface ObjectEntry {
  readonly name: string;
  readonly failurePolicy: FailurePolicy;
  /** The resources by their groups. */
  readonly resources: ReadonlyMap<string, readonly string[]>;
  readonly scope: 'Cluster' | 'Namespaced';
  /** CEL by name; all of them must be true. */
  readonly conditions: Readonly<Record<string, string>>;
}

/** Namespaces with annotations for sidecars. A namespace is written whether an injector answers or not. */
const namespaces: ObjectEntry = {
  name: 'label-namespace',
  failurePolicy: 'Ignore',
  resources: new Map([['', ['namespaces']]]),
  scope: 'Cluster',
  conditions: { says: saysText, lives: livesText },
};

/**
 * The entries for namespaces and workloads, two for each form of pod templates, which exclude each other. While no
 * injector answers, a change of a workload's own annotations is refused: nobody would notice that its pods go without.
 * Every other change is made.
 */
export function objectEntries(kinds: readonly WorkloadKind[]): readonly ObjectEntry[] {
  const common = { 'not-copied': notCopiedText(kinds), lives: livesText };
  const forms = new Map<string, WorkloadKind[]>();
  for (const kind of kinds) {
    const form = kind.templates.join();
    forms.set(form, [...(forms.get(form) ?? []), kind]);
  }
  const names = new Set<string>();
  const ofForms = [...forms.values()].flatMap((ofForm): ObjectEntry[] => {
    const paths = ofForm[0]?.templates ?? [];
    const name = unusedName(paths[0] ?? '', names);
    const shared = { resources: byGroup(ofForm), scope: 'Namespaced' } as const;
    const saysAnew = `${saysText} && ${saysOtherwiseText}`;
    const templateAnew = `(${saysText} || ${templatesSayText(paths)}) && ${templatesChangedText(paths)}`;
    return [
      { name: `carry-${name}`, failurePolicy: 'Fail', ...shared, conditions: { ...common, says: saysAnew } },
      {
        ...{ name: `check-${name}`, failurePolicy: 'Ignore', ...shared },
        conditions: { ...common, says: `!(${saysAnew}) && ${templateAnew}` },
      },
    ];
  });
  return [...ofForms, namespaces];
}

/** The path as part of a DNS name. Forms can begin with the same path. */
function unusedName(path: string, names: Set<string>): string {
  const plain = path
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
  let name = plain;
  for (let i = 2; names.has(name); i++) name = `${plain}-${i}`;
  names.add(name);
  return name;
}

function byGroup(kinds: readonly WorkloadKind[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { group, resource } of kinds) groups.set(group, [...(groups.get(group) ?? []), resource]);
  return groups;
}
