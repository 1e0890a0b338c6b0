import type { Catalog } from '../catalog/catalog.ts';
import { annotationKey, injectKey, prefix } from '../core/annotations.ts';
import type { Problem, Warning } from '../core/problem.ts';
import { type Layer, pathOf, type Source } from '../core/source.ts';
import { quoted } from '../language/types/value.ts';
import { readAnnotationName } from '../select/gather.ts';
import type { SelectedInstance, Selection } from '../select/select.ts';
import { isClosed, type Policy, type RequiredSidecar } from './policy.ts';

/** What policies say of a pod. */
export interface Judgement {
  /** What an enforced policy refuses. */
  readonly problems: readonly Problem[];
  /** What the others would do. Those of `Audit` are not for the user. */
  readonly warnings: readonly Warning[];
}

/** A setting that counts, because no layer above it has the same key. */
interface Written {
  readonly key: string;
  readonly text: string;
  readonly source: Source;
}

/** Problems, and warnings, after which no further policy is asked for more. */
const maxFound = 1000;

/** The judgement of a pod that no policy is for. */
export const unjudged: Judgement = { problems: [], warnings: [] };

/**
 * Judges what was selected for a pod by the policies that are for it. `layers` are all that it was selected from: those
 * of policies are not judged.
 */
export function judgePod(
  policies: readonly Policy[],
  layers: readonly Layer[],
  selection: Pick<Selection, 'instances' | 'optedOut'>,
  catalog: Catalog,
): Judgement {
  const written = writtenIn(layers);
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  for (const policy of policies) {
    // A pod with thousands of problems is refused, whatever further policies say.
    if ((policy.action === 'Enforce' ? problems : warnings).length > maxFound) continue;
    const refused = [
      ...(policy.broken ?? []).map((each) => brokenProblem(policy, each)),
      ...policy.require.flatMap((required) => requireProblems(policy, required, written, selection, catalog)),
      ...selection.instances.flatMap((selected) => [
        ...forbidProblems(policy, selected),
        ...contradictions(policy, selected),
      ]),
    ];
    if (policy.action === 'Enforce') problems.push(...refused.map((problem) => ({ ...problem, policy: policy.name })));
    else
      warnings.push(
        ...refused.map((problem) => wouldRefuse(policy, problem)),
        ...additions(policy, selection, refused),
      );
  }
  return { problems, warnings };
}

function writtenIn(layers: readonly Layer[]): readonly Written[] {
  const written = new Map<string, Written>();
  for (const { kind, annotations, leftOut } of layers) {
    if (kind === 'lock' || kind === 'defaults') continue;
    for (const key in annotations)
      if (key.startsWith(prefix) && !leftOut?.has(key) && !written.has(key))
        written.set(key, { key, text: annotations[key] ?? '', source: { kind, key } });
  }
  return [...written.values()];
}

function requireProblems(
  policy: Policy,
  required: RequiredSidecar,
  written: readonly Written[],
  { optedOut }: Pick<Selection, 'optedOut'>,
  { words }: Catalog,
): Problem[] {
  const { sidecar, settings, locked } = required;
  return written.flatMap(({ key, text, source }): Problem[] => {
    if (key === injectKey) return optedOut?.kind === source.kind ? [optOut(policy, sidecar, source)] : [];
    const { word, instance } = readAnnotationName(key);
    const meaning = words.get(word);
    if (meaning?.template.name !== sidecar) return [];
    if (!meaning.parameter) return instance === '' && text === 'false' ? [optOut(policy, sidecar, source)] : [];
    const { name } = meaning.parameter;
    const value = locked.has(name) ? settings[name] : undefined;
    return (value === undefined ? isClosed(required, name) : value !== text)
      ? [lockedProblem(policy, source, text, value)]
      : [];
  });
}

function brokenProblem({ name }: Policy, { sidecar, why }: NonNullable<Policy['broken']>[number]): Problem {
  const message = `The policy ${name} requires the sidecar ${sidecar}, which cannot be made any more: ${why}`;
  const fix = `Correct the policy ${name}, or the template of ${sidecar}.`;
  return { code: 'sidecar-required', path: `policies['${name}']`, message, fix };
}

function optOut({ name }: Policy, sidecar: string, source: Source): Problem {
  const message = `The policy ${name} requires the sidecar ${sidecar}.`;
  const fix = `Remove ${source.key}, or ask for an exemption from the policy.`;
  return { code: 'sidecar-required', path: pathOf(source), message, fix };
}

function lockedProblem({ name }: Policy, source: Source, text: string, value: string | undefined): Problem {
  const message =
    value === undefined
      ? `The policy ${name} locks this setting.`
      : `The policy ${name} locks this setting: it is ${quoted(value)}, not ${quoted(text)}.`;
  return { code: 'setting-locked', path: pathOf(source), message, fix: `Remove ${source.key}.` };
}

function forbidProblems({ name, forbid }: Policy, { template, source }: SelectedInstance): Problem[] {
  if (!forbid.has(template.name)) return [];
  const message = `The policy ${name} forbids the sidecar ${template.name}.`;
  if (source.policy !== undefined)
    return [{ code: 'sidecar-forbidden', path: pathOf(source), message, fix: `Change ${name} or ${source.policy}.` }];
  const fix = `Remove ${source.key}, or ask for an exemption from the policy.`;
  return [{ code: 'sidecar-forbidden', path: pathOf(source), message, fix }];
}

/** Settings that another policy locks to another value. */
function contradictions(
  { name, require, lock }: Policy,
  { template, instance, settings }: SelectedInstance,
): Problem[] {
  const required = require.find(({ sidecar }) => sidecar === template.name);
  return [...(required?.locked ?? [])].flatMap((parameter): Problem[] => {
    const { source, text } = settings.get(parameter) ?? {};
    const value = lock[annotationKey(template.name, parameter, '')];
    if (source?.kind !== 'lock' || source.policy === name || text === value) return [];
    const message = `The policy ${name} locks ${annotationKey(template.name, parameter, instance)} to another value.`;
    return [{ code: 'setting-locked', path: pathOf(source), message, fix: `Change ${name} or ${source.policy}.` }];
  });
}

function wouldRefuse({ name, action }: Policy, { code, path, message, fix }: Problem): Warning {
  const text = `The policy ${name} would refuse this pod if it were enforced. ${path}: ${message} ${fix}`;
  const policy = { name, finding: 'would-refuse' } as const;
  return { code, sidecar: '', message: text, policy, ...(action === 'Audit' ? { audit: true } : {}) };
}

/** What a policy that is not enforced would add to the pod, where it would not refuse it. */
function additions(
  { name, action, require, lock }: Policy,
  { instances }: Pick<Selection, 'instances'>,
  refused: readonly Problem[],
): Warning[] {
  if (refused.length > 0) return [];
  return require.flatMap(({ sidecar, locked }): Warning[] => {
    const present = instances.find(({ template, instance }) => template.name === sidecar && instance === '');
    const unset = [...locked].filter((parameter) => !present?.settings.has(parameter));
    if (present && unset.length === 0) return [];
    const what = present
      ? `set ${unset.map((parameter) => `${annotationKey(sidecar, parameter, '')}: ${quoted(lock[annotationKey(sidecar, parameter, '')] ?? '')}`).join(', ')}`
      : `add the sidecar ${sidecar}`;
    const message = `The policy ${name} would ${what} if it were enforced.`;
    const policy = { name, finding: 'would-change' } as const;
    return [{ code: 'sidecar-required', sidecar, message, policy, ...(action === 'Audit' ? { audit: true } : {}) }];
  });
}
